import { describe, expect, test } from 'vitest';
import type { PullPlan, TransientPlan } from '../../../src/plan/index.js';
import { plan, refusal, STREAM, TABLE, type PlanningOptions } from './planning.js';

const KEPT = `${STREAM} CREATE TABLE K AS SELECT B, A, COUNT(*) AS N FROM S GROUP BY B, A;`.replace('AS SELECT B', "WITH (key_format='JSON') AS SELECT B");
const TEXT = `${STREAM} CREATE TABLE K AS SELECT B, COUNT(*) AS N FROM S GROUP BY B;`;
const WINDOWED = `${STREAM} CREATE TABLE K AS SELECT ID, COUNT(*) AS N FROM S WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY ID;`;

function pull(sql: string, options: PlanningOptions = {}): PullPlan {
  const last = plan(sql, options).queries.at(-1);
  if (last?.kind !== 'pull') throw new Error('No pull query.');
  return last;
}
function push(sql: string, options: PlanningOptions = {}): TransientPlan {
  const last = plan(sql, options).queries.at(-1);
  if (last?.kind !== 'transient') throw new Error('No push query.');
  return last;
}

describe('pull queries find their rows', () => {
  test.each([
    [`${TEXT} SELECT * FROM K WHERE B = 'x';`, 'keys'],
    [`${TEXT} SELECT * FROM K WHERE 'x' = B AND N > 1;`, 'keys'],
    [`${TEXT} SELECT * FROM K WHERE B = 'x' OR B IN ('y', 'z');`, 'keys'],
    [`${TEXT} SELECT * FROM K WHERE B = 'x' OR N = 1;`, 'scan'],
    [`${TEXT} SELECT * FROM K WHERE B BETWEEN 'a' AND 'c';`, 'range'],
    [`${TEXT} SELECT * FROM K WHERE NOT (B = 'x');`, 'scan'],
    [`${TEXT} SELECT * FROM K;`, 'scan'],
    [`${KEPT} SELECT * FROM K WHERE B = 'x' AND A = 1;`, 'keys'],
    [`${KEPT} SELECT * FROM K WHERE B = 'x';`, 'scan'],
    [`${KEPT} SELECT * FROM K WHERE B > 'x';`, 'scan'],
    [`${WINDOWED} SELECT * FROM K WHERE ID = 1.5;`, 'scan'],
  ])('%s', (sql, kind) => {
    expect(pull(sql).access.kind).toBe(kind);
  });

  test('keys are given once, in the type of the column', () => {
    const declared = `${STREAM} CREATE TABLE K AS SELECT ID, COUNT(*) AS N FROM S GROUP BY ID;`;
    const { access } = pull(`${declared} SELECT * FROM K WHERE ID IN (1, 1 + 1, 2);`);
    expect(access).toEqual({ kind: 'keys', keys: [[{ kind: 'literal', type: { kind: 'INTEGER' }, value: 1 }], [{ kind: 'literal', type: { kind: 'INTEGER' }, value: 2 }]] });
  });

  test('window bounds hold for every alternative or for none', () => {
    const bounds = "WINDOWSTART >= '1970-01-01T00:00:01' AND WINDOWEND < 9000";
    expect(pull(`${WINDOWED} SELECT * FROM K WHERE ID IN (1, 2) AND ${bounds};`).windows).toEqual({ startLow: 1000, startHigh: null, endLow: null, endHigh: 8999 });
    expect(pull(`${WINDOWED} SELECT * FROM K WHERE ID = 1 AND WINDOWSTART = 5 OR ID = 2;`).windows).toBeNull();
  });

  test('a star gives keys, bounds and values', () => {
    expect(pull(`${WINDOWED} SELECT * FROM K;`).output.map(({ column, isKey }) => [column.name, isKey])).toEqual([
      ['ID', true], ['WINDOWSTART', true], ['WINDOWEND', true], ['N', false],
    ]);
  });
});

describe('pull queries are refused', () => {
  test.each([
    [`${TABLE} SELECT * FROM T;`, "The `T` table isn't queryable."],
    [`${TEXT} SELECT B, COUNT(*) FROM K GROUP BY B;`, "Pull queries don't support GROUP BY clauses."],
    [`${TEXT} SELECT B, ROWOFFSET FROM K;`, "Pull queries don't support the following columns in SELECT clauses: `ROWOFFSET`"],
    [`${TEXT} SELECT N, N FROM K;`, 'Duplicate value columns found in schema: `N` BIGINT'],
    [`${TEXT} SELECT * FROM K WHERE B = 1;`, 'Cannot compare B (STRING) to 1 (INTEGER) with EQUAL.\nStatement: (B = 1)'],
    [`${TEXT} SELECT * FROM K WHERE WINDOWSTART = 1;`, "WHERE column 'WINDOWSTART' cannot be resolved"],
    [`${WINDOWED} SELECT * FROM K WHERE ID IN (NULL);`, 'Primary key columns can not be NULL: (ID = null)'],
    [`${WINDOWED} SELECT * FROM K WHERE ID IN ('1', 2);`, "'1' can not be converted to the type of the key column: ID INTEGER KEY"],
  ])('%s', (sql, message) => {
    expect(refusal(sql)).toContain(message);
  });

  test.each([
    ['N > 1', 'WHERE clause missing key column for disjunct: (N > 1)'],
    ["B > 'a' AND B < 'c'", 'cannot be combined with other comparisons'],
    ["B <> 'a'", "Bound on key columns '[`B` STRING KEY]' must currently be '='."],
    ['B = CAST(N AS STRING)', 'A comparison must be between a key column and a resolvable expression.'],
    ["B + 'x' = 'ax'", 'A comparison must directly reference a key column.'],
  ])('without table scans: %s', (condition, message) => {
    expect(refusal(`${TEXT} SELECT * FROM K WHERE ${condition};`, { properties: { 'ksql.query.pull.table.scan.enabled': 'false' } })).toContain(message);
  });
});

describe('push queries', () => {
  test('start where they are told, else where the kind of source says', () => {
    const sql = `${STREAM} SELECT * FROM S EMIT CHANGES;`;
    expect(push(sql).offsetReset).toBeNull();
    expect(push(sql, { properties: { 'auto.offset.reset': 'earliest' } }).offsetReset).toBe('earliest');
  });

  test('a stream is pulled from its beginning', () => {
    expect(plan(`${STREAM} SELECT * FROM S;`).queries[0]).toMatchObject({ kind: 'streamPull', plan: { offsetReset: 'earliest' } });
    expect(refusal(`${STREAM} SELECT * FROM S;`, { properties: { 'ksql.query.pull.stream.enabled': 'false' } })).toContain('Pull queries on streams are disabled.');
  });

  test('show what persistent queries may not: bare pseudo columns and no key', () => {
    expect(push(`${STREAM} SELECT ROWTIME, A FROM S EMIT CHANGES LIMIT -1;`)).toMatchObject({ limit: 0, output: [{ column: { name: 'ROWTIME' } }, { column: { name: 'A' } }] });
  });
});
