import { describe, expect, test } from 'vitest';
import { STRING } from '../../../src/types/index.js';
import { plan, refusal, type PlanningOptions } from './planning.js';

const WITH = (more: string): string => `WITH (kafka_topic='x', value_format='JSON'${more})`;

describe('declared sources', () => {
  test.each([
    ["CREATE STREAM X (ID INT KEY, V INT) WITH (value_format='JSON');", 'Missing required property "KAFKA_TOPIC" which has no default value.'],
    ["CREATE STREAM X (V INT) WITH (kafka_topic='', value_format='JSON');", 'Invalid value  for property KAFKA_TOPIC: String must be non-empty'],
    ["CREATE STREAM X (V INT) WITH (kafka_topic='x');", "Statement is missing the 'VALUE_FORMAT' property from the WITH clause."],
    [`CREATE STREAM X (V INT) ${WITH(", nope=1")};`, 'Invalid config variable(s) in the WITH clause: NOPE'],
    [`CREATE STREAM X (V INT) ${WITH(", partitions='many'")};`, 'Invalid value many for property PARTITIONS: Not a number of type INT'],
    [`CREATE STREAM X (V INT) ${WITH(", format='JSON'")};`, "Cannot supply both 'VALUE_FORMAT' and 'FORMAT' properties"],
    [`CREATE STREAM X (V INT) ${WITH(", value_delimiter='|'")};`, 'JSON does not support the following configs: [delimiter]'],
    ["CREATE STREAM X (V INT) WITH (kafka_topic='x', value_format='FOO');", 'Unknown format: FOO'],
    [`CREATE STREAM X (ID INT PRIMARY KEY, V INT) ${WITH('')};`, "Column `ID` is a 'PRIMARY KEY' column: please use 'KEY' for streams."],
    [`CREATE TABLE X (ID INT, V INT) ${WITH('')};`, 'Tables require a PRIMARY KEY.'],
    [`CREATE STREAM X (ROWTIME BIGINT, V INT) ${WITH('')};`, "'ROWTIME' is a reserved column name."],
    [`CREATE STREAM X (V INT) ${WITH(", window_type='SESSION'")};`, 'Windowed sources require a key column.'],
    [`CREATE STREAM X (ID INT KEY) ${WITH(", window_type='TUMBLING'")};`, "TUMBLING windows require 'WINDOW_SIZE'"],
    [`CREATE STREAM X (ID INT KEY) ${WITH(", window_type='SESSION', window_size='1 HOUR'")};`, "'WINDOW_SIZE' should not be set for SESSION windows."],
    [`CREATE STREAM X (ID BOOLEAN KEY, V INT) ${WITH('')};`, "reason: The 'KAFKA' format does not support type 'BOOLEAN'"],
    [`CREATE STREAM X (ID INT KEY, V INT, W INT) ${WITH(', wrap_single_value=true')};`, "'WRAP_SINGLE_VALUE' is only valid for single-field value schemas"],
    [`CREATE STREAM X (ID INT KEY, V INT) ${WITH(", timestamp='NOPE'")};`, "does not exist in the schema: 'NOPE'"],
    [`CREATE STREAM X (ID INT KEY, V STRING) ${WITH(", timestamp='V'")};`, 'without also specifying the timestamp_format'],
    [`CREATE STREAM X (ID INT KEY, V STRING) ${WITH(", timestamp='V', timestamp_format='bogus'")};`, 'Unknown pattern letter: b'],
    [`CREATE STREAM X (V NOPE) ${WITH('')};`, 'Cannot resolve unknown type: NOPE'],
    [`CREATE STREAM X (V INT) ${WITH('')}; CREATE TABLE X (ID INT PRIMARY KEY) ${WITH('')};`, "Cannot add table 'X': A stream with the same name already exists"],
  ])('%s is refused', (sql, message) => {
    expect(refusal(sql)).toContain(message);
  });

  test('keys come first, then values, then headers', () => {
    const { catalog } = plan(`CREATE STREAM X (V INT, H BYTES HEADER('h'), ID INT KEY) ${WITH('')};`);
    const source = catalog.sources.get('X');
    expect(source?.keyColumns.map(({ name }) => name)).toEqual(['ID']);
    expect(source?.valueColumns.map(({ name }) => name)).toEqual(['V']);
    expect(source?.headerColumns).toEqual([{ column: { name: 'H', type: { kind: 'BYTES' } }, headerKey: 'h' }]);
  });

  test('IF NOT EXISTS changes nothing where the name is taken', () => {
    const { statements, catalog } = plan(`CREATE STREAM X (V INT) ${WITH('')}; CREATE STREAM IF NOT EXISTS X (W INT) ${WITH('')};`);
    expect(statements[1]).toMatchObject({ kind: 'nothing' });
    expect(catalog.sources.get('X')?.valueColumns).toHaveLength(1);
  });

  test('single keys are unwrapped where the format leaves the choice', () => {
    const { catalog } = plan("CREATE STREAM X (ID INT KEY, V INT) WITH (kafka_topic='x', format='JSON');");
    expect(catalog.sources.get('X')?.keyFormat.features).toEqual(['UNWRAP_SINGLES']);
  });

  test('custom types are resolved where they are used', () => {
    const { catalog } = plan(`CREATE TYPE ADDRESS AS STRUCT<TOWN STRING>; CREATE STREAM X (V ADDRESS) ${WITH('')}; DROP TYPE ADDRESS;`);
    expect(catalog.sources.get('X')?.valueColumns[0]?.type).toEqual({ kind: 'STRUCT', fields: [{ name: 'TOWN', type: STRING }] });
    expect(catalog.types.size).toBe(0);
  });
});

describe('topics', () => {
  const absent: PlanningOptions = { topicsExist: false };
  const topicsOf = (sql: string, options: PlanningOptions = absent): unknown => {
    const last = plan(sql, options).statements.at(-1);
    return last?.kind === 'change' ? last.topics : null;
  };

  test('a declared topic that does not exist needs PARTITIONS', () => {
    expect(refusal(`CREATE STREAM X (V INT) ${WITH('')};`, absent)).toContain("Topic 'x' does not exist.");
    expect(topicsOf(`CREATE STREAM X (V INT) ${WITH(', partitions=2')};`)).toEqual([
      { name: 'x', partitions: 2, replicas: null, configs: { 'cleanup.policy': 'delete', 'retention.ms': '604800000' } },
    ]);
    expect(topicsOf(`CREATE TABLE X (ID INT PRIMARY KEY, V INT) ${WITH(', partitions=2')};`)).toEqual([
      { name: 'x', partitions: 2, replicas: null, configs: { 'cleanup.policy': 'compact' } },
    ]);
  });

  test('an existing topic must be as the statement says', () => {
    expect(refusal(`CREATE STREAM X (V INT) ${WITH(', partitions=3')};`)).toContain('KSQL expects 3 partitions (topic has 4)');
  });

  test('a sink takes partitions and replicas of the left-most source', () => {
    const options = { topics: { x: { partitions: 7, replicas: 2, retentionMs: 1000 } } };
    const declared = `CREATE STREAM X (ID INT KEY, V INT) ${WITH('')};`;
    expect(topicsOf(`${declared} CREATE STREAM O AS SELECT * FROM X;`, options)).toEqual([
      { name: 'O', partitions: 7, replicas: 2, configs: { 'cleanup.policy': 'delete', 'retention.ms': '1000' } },
    ]);
    const windowed = 'CREATE TABLE O AS SELECT ID, COUNT(*) FROM X WINDOW TUMBLING (SIZE 1 SECOND, RETENTION 1 HOUR, GRACE PERIOD 0 SECONDS) GROUP BY ID;';
    expect(topicsOf(`${declared} ${windowed}`, options)).toEqual([
      { name: 'O', partitions: 7, replicas: 2, configs: { 'cleanup.policy': 'compact,delete', 'retention.ms': '3600000' } },
    ]);
  });

  test('RETENTION_MS and CLEANUP_POLICY are refused where they would shape a new topic', () => {
    const declared = `CREATE STREAM X (ID INT KEY, V INT) ${WITH('')};`;
    expect(refusal(`${declared} CREATE TABLE O WITH (retention_ms=1) AS SELECT ID, COUNT(*) FROM X GROUP BY ID;`)).toContain('RETENTION_MS');
    expect(refusal(`${declared} CREATE STREAM O WITH (cleanup_policy='delete') AS SELECT * FROM X;`)).toContain('CLEANUP_POLICY');
  });

  test('topics of the system are not written', () => {
    const declared = `CREATE STREAM X (ID INT KEY, V INT) ${WITH('')};`;
    expect(refusal(`${declared} CREATE STREAM O WITH (kafka_topic='_confluent-x') AS SELECT * FROM X;`)).toContain('read-only topic: _confluent-x');
  });
});

describe('schema inference', () => {
  const schemas = {
    'x-value': { schemaId: 3, columns: [{ name: 'NAME', type: STRING }], text: '{}' },
    'x-key': { schemaId: 2, columns: [{ name: 'ROWKEY', type: STRING }], text: '{}' },
  };

  test('columns that are not declared come from the registry, and into the statement', () => {
    const { catalog, statements } = plan("CREATE STREAM X WITH (kafka_topic='x', format='JSON_SR');", { schemas });
    const source = catalog.sources.get('X');
    expect(source?.keyColumns).toEqual([{ name: 'ROWKEY', type: STRING }]);
    expect(source?.valueColumns).toEqual([{ name: 'NAME', type: STRING }]);
    expect(source?.statementText).toContain('ROWKEY STRING KEY, NAME STRING');
    expect(statements[0]).toMatchObject({ kind: 'change', subjects: [] });
  });

  test('declared columns of registry formats are registered', () => {
    const { statements } = plan("CREATE STREAM X (ID INT KEY, V INT) WITH (kafka_topic='x', value_format='AVRO');");
    expect(statements[0]).toMatchObject({ subjects: [{ subject: 'x-value', isKey: false, columns: [{ name: 'V' }] }] });
  });

  test('a missing subject is named', () => {
    expect(refusal("CREATE STREAM X WITH (kafka_topic='x', value_format='AVRO');")).toContain('Subject: x-value');
  });

  test('schema ids belong to formats with a registry and to sides without columns', () => {
    expect(refusal("CREATE STREAM X WITH (kafka_topic='x', value_format='JSON', value_schema_id=1);")).toContain('VALUE_FORMAT should support schema inference');
    expect(refusal("CREATE STREAM X (V INT) WITH (kafka_topic='x', value_format='AVRO', value_schema_id=1);")).toContain('VALUE_SCHEMA_ID cannot both exist');
  });
});
