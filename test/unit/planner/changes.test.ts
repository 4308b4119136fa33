import { describe, expect, test } from 'vitest';
import { plan, refusal, RIGHT, STREAM, TABLE } from './planning.js';

describe('dropping', () => {
  const chain = `${STREAM} CREATE STREAM O AS SELECT ID, A FROM S;`;

  test('stops the query that made the source', () => {
    const { statements, catalog } = plan(`${chain} DROP STREAM O;`);
    expect(statements.at(-1)).toMatchObject({ kind: 'change', stop: ['CSAS_O_0'], entity: 'O', deleteTopic: null });
    expect(catalog.queries.size).toBe(0);
    expect(catalog.sources.has('O')).toBe(false);
  });

  test('is refused while others read or write', () => {
    expect(refusal(`${chain} DROP STREAM S;`)).toContain('The following streams and/or tables read from this source: [O].');
    expect(refusal(`${chain} ${RIGHT} INSERT INTO O SELECT ID, A FROM R; DROP STREAM O;`)).toContain('The following queries write into this source: [INSERTQUERY_1].');
  });

  test('checks name and kind', () => {
    expect(refusal('DROP STREAM NOPE;')).toBe('Stream NOPE does not exist.');
    expect(refusal(`${TABLE} DROP STREAM T;`)).toBe('Incompatible data source type is table, but statement was DROP stream');
    expect(plan('DROP STREAM IF EXISTS NOPE;').statements[0]).toMatchObject({ kind: 'nothing' });
  });

  test('DELETE TOPIC takes the subjects along, and not the topic of others', () => {
    const declared = "CREATE STREAM X (V INT) WITH (kafka_topic='x', value_format='AVRO');";
    expect(plan(`${declared} DROP STREAM X DELETE TOPIC;`).statements.at(-1)).toMatchObject({ deleteTopic: { topic: 'x', subjects: ['x-value'] } });
    expect(refusal(`${declared} CREATE STREAM Y (V INT) WITH (kafka_topic='x', value_format='AVRO'); DROP STREAM X DELETE TOPIC;`)).toContain('Found other data sources (Y)');
  });
});

describe('altering', () => {
  test('appends value columns', () => {
    const { catalog } = plan(`${STREAM} ALTER STREAM S ADD COLUMN N INT, ADD M STRING;`);
    expect(catalog.sources.get('S')?.valueColumns.map(({ name }) => name).slice(-2)).toEqual(['N', 'M']);
  });

  test.each([
    ['ALTER STREAM NOPE ADD COLUMN X INT;', 'Source NOPE does not exist.'],
    ['ALTER TABLE S ADD COLUMN X INT;', 'Incompatible data source type is STREAM, but statement was ALTER TABLE'],
    ['ALTER STREAM S ADD COLUMN A INT;', 'Cannot add column `A` to schema. A column with the same name already exists.'],
    ['CREATE STREAM O AS SELECT ID, A FROM S; ALTER STREAM O ADD COLUMN X INT;', 'ALTER command is not supported for CREATE ... AS statements.'],
  ])('%s is refused', (sql, message) => {
    expect(refusal(`${STREAM} ${sql}`)).toContain(message);
  });
});

describe('replacing', () => {
  test('a replaced query keeps its id', () => {
    const { statements, catalog } = plan(`${STREAM} CREATE STREAM O AS SELECT ID, A FROM S; CREATE OR REPLACE STREAM O AS SELECT ID, A, B FROM S WHERE A > 1;`);
    expect(statements.at(-1)).toMatchObject({ replaces: 'CSAS_O_0', queryId: 'CSAS_O_0' });
    expect(catalog.queries.size).toBe(1);
    expect(catalog.sources.get('O')?.valueColumns).toHaveLength(2);
  });

  const first = 'CREATE TABLE O AS SELECT A, COUNT(*) AS N FROM S GROUP BY A;';
  test.each([
    ['CREATE STREAM O AS SELECT ID, A, B FROM S; CREATE OR REPLACE STREAM O AS SELECT ID, B, A FROM S;', 'The following columns are changed, missing or reordered: [`A` INTEGER, `B` STRING]'],
    ['CREATE STREAM O AS SELECT ID, A FROM S PARTITION BY ID; CREATE OR REPLACE STREAM O AS SELECT A, ID FROM S PARTITION BY A;', 'Key columns must be identical.'],
    [`${first} CREATE OR REPLACE TABLE O AS SELECT A, COUNT(*) AS N FROM S WHERE ID > 1 GROUP BY A;`, 'Values differ: [`A`, `ROWTIME`] vs. [`A`, `ROWTIME`, `ID`]'],
    [`${first} CREATE OR REPLACE TABLE O AS SELECT A, COUNT(A) AS N FROM S GROUP BY A;`, 'must have matching columns'],
    [`${first} INSERT INTO NONE SELECT * FROM S;`, 'Source `NONE` does not exist.'],
    [
      `${TABLE} CREATE STREAM O AS SELECT S.ID, A, V FROM S JOIN T ON S.ID = T.ID; CREATE OR REPLACE STREAM O AS SELECT S.ID, A, V FROM S JOIN T ON S.ID = T.ID WHERE A > 1;`,
      'Upgrades not yet supported for StreamTableJoin',
    ],
    ["CREATE SOURCE STREAM X (V INT) WITH (kafka_topic='x', value_format='JSON'); CREATE OR REPLACE STREAM X (V INT) WITH (kafka_topic='x', value_format='JSON');", 'CREATE OR REPLACE is not supported on source streams.'],
  ])('%s is refused', (sql, message) => {
    expect(refusal(`${STREAM} ${sql}`)).toContain(message);
  });
});

describe('inserting rows of a query', () => {
  const target = `${STREAM} CREATE STREAM O (ID INT KEY, N BIGINT, D DECIMAL(6, 2)) WITH (kafka_topic='o', value_format='JSON');`;

  test('numbers widen, and literals take the type of a DECIMAL column', () => {
    const { plans } = plan(`${target} INSERT INTO O SELECT ID, A AS N, 1.5 AS D FROM S;`);
    expect(plans[0]?.root.schema.value.map(({ type }) => type)).toEqual([{ kind: 'INTEGER' }, { kind: 'DECIMAL', precision: 6, scale: 2 }]);
    expect(plans[0]).toMatchObject({ queryId: 'INSERTQUERY_0', sink: 'O', materialization: null });
  });

  test.each([
    ['INSERT INTO O SELECT ID, A AS N FROM S;', 'Result schema is `ID` INTEGER KEY, `N` INTEGER\nSink schema is `ID` INTEGER KEY, `N` BIGINT, `D` DECIMAL(6, 2)'],
    ["INSERT INTO O WITH (query_id='csas_1') SELECT ID, A AS N, 1.5 AS D FROM S;", 'reserved query ID prefix'],
    [`${TABLE} INSERT INTO T SELECT ID, A AS B FROM S;`, 'INSERT INTO can only be used to insert into a stream. T is a table.'],
  ])('%s is refused', (sql, message) => {
    expect(refusal(`${target} ${sql}`)).toContain(message);
  });
});

describe('inserting values', () => {
  const target = "CREATE STREAM O (ID INT KEY, N BIGINT, D DECIMAL(6, 2), T TIMESTAMP, G STRUCT<X INT, Y DOUBLE>) WITH (kafka_topic='o', value_format='JSON');";
  const inserted = (sql: string): unknown => plan(`${target} ${sql}`).statements.at(-1);

  test('values are evaluated and coerced; columns that are left out are null', () => {
    expect(inserted("INSERT INTO O (T, ID, D) VALUES ('2020-01-01', 1 + 1, 3);")).toMatchObject({
      kind: 'insertValues', topic: 'o', key: { values: [2] }, value: { values: [null, 300, 1577836800000, null] }, timestamp: null,
    });
    expect(inserted('INSERT INTO O (ROWTIME, ID, G) VALUES (1234, 1, STRUCT(Y := 2, Z := 5));')).toMatchObject({
      value: { values: [null, null, null, [null, 2]] }, timestamp: 1234,
    });
  });

  test.each([
    ['INSERT INTO o2 VALUES (1);', 'Cannot insert values into an unknown stream/table: `O2`'],
    ['INSERT INTO O (ID, N) VALUES (1);', 'Expected number columns and values to match: 2, 1'],
    ['INSERT INTO O (NOPE) VALUES (1);', 'Column name `NOPE` does not exist.'],
    ['INSERT INTO O (ID, ROWOFFSET) VALUES (1, 2);', 'Inserting into column `ROWOFFSET` is not allowed.'],
    ["INSERT INTO O (ID) VALUES ('x');", "Expected type INTEGER for field `ID` but got 'x' (STRING)"],
    ['INSERT INTO O (D) VALUES (1.234);', 'Expected type DECIMAL(6, 2) for field `D`'],
    ['INSERT INTO O (ID) VALUES (N);', 'Unknown column N.'],
    [`${TABLE} INSERT INTO T (B) VALUES ('x');`, 'Value for primary key column(s) `ID` is required for tables'],
    ["CREATE SOURCE STREAM X (V INT) WITH (kafka_topic='x', value_format='JSON'); INSERT INTO X VALUES (1);", 'Cannot insert values into read-only stream: X'],
  ])('%s is refused', (sql, message) => {
    expect(refusal(`${target} ${sql}`)).toContain(message);
  });
});

describe('controlling queries', () => {
  const running = `${STREAM} CREATE STREAM O AS SELECT ID, A FROM S; CREATE STREAM P AS SELECT ID, A FROM S;`;
  test('by id and all', () => {
    expect(plan(`${running} TERMINATE CSAS_O_0;`).statements.at(-1)).toMatchObject({ statement: 'terminate', stop: ['CSAS_O_0'] });
    expect(plan(`${running} PAUSE ALL;`).catalog.queries.get('CSAS_P_1')?.paused).toBe(true);
    expect(plan(`${running} PAUSE ALL; RESUME CSAS_O_0;`).catalog.queries.get('CSAS_O_0')?.paused).toBe(false);
    expect(refusal(`${running} TERMINATE NOPE;`)).toBe('Unknown queryId: NOPE');
  });
});
