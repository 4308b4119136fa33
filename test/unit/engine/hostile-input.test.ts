import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MillraceError, open, type Database } from '../../../src/index.js';
import { InternalError } from '../../../src/errors/index.js';

/**
 * What a stranger may write anywhere a text is taken: over 300 inputs. None may run code, change a prototype, hang, or end in a
 * fault of the program; being refused is fine.
 */
const PWN = 'globalThis.pwned=1';
const PAYLOADS = [
  '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', '__defineGetter__', `');${PWN};('`, `\${${PWN}}`, `"];${PWN};//`, `*/${PWN}/*`,
  `\`;${PWN};\``, `{{constructor.constructor('${PWN}')()}}`, '\\', "\\u0027", '\u2028', '\u0000', '\n}', '$&$1', '%s%n%d', '../../../../etc/passwd', '😀\u{10FFFF}', 'a'.repeat(5000),
] as const;

const name = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const json = (text: string): string => literal(JSON.stringify(text));

/** Statements with the payload in one place; the last may be a query. `N` is a number of its own. */
const PLACES: Readonly<Record<string, (payload: string, n: number) => readonly string[]>> = {
  'column names': (p, n) => [
    `CREATE STREAM c${n} (${name(p)} STRING KEY, ${name(`${p}2`)} INT) WITH (kafka_topic='c${n}', value_format='JSON', partitions=1);`,
    `CREATE STREAM co${n} AS SELECT ${name(p)}, ${name(`${p}2`)} + 1 AS ${name(`${p}3`)} FROM c${n};`,
    `INSERT INTO c${n} VALUES ('k', 1);`,
    `SELECT * FROM co${n};`,
  ],
  'field names': (p, n) => [
    `CREATE STREAM f${n} (id STRING KEY, s STRUCT<${name(p)} INT, other MAP<STRING, STRUCT<${name(p)} STRING>>>) WITH (kafka_topic='f${n}', value_format='JSON', partitions=1);`,
    `INSERT INTO f${n} VALUES ('k', STRUCT(${name(p)} := 1, other := MAP(${literal(p)} := STRUCT(${name(p)} := 'x'))));`,
    `SELECT s->${name(p)}, s->other[${literal(p)}]->${name(p)}, CAST(s AS STRING), TO_JSON_STRING(s) FROM f${n};`,
  ],
  'source and topic names': (p, n) => [`CREATE STREAM ${name(`${p}${n}`)} (id STRING KEY, v INT) WITH (kafka_topic=${literal(p)}, value_format='JSON', partitions=1);`, `DESCRIBE ${name(`${p}${n}`)};`],
  'type names': (p) => [`CREATE TYPE ${name(p)} AS STRUCT<a INT>;`, `SHOW TYPES;`, `DROP TYPE IF EXISTS ${name(p)};`],
  'Avro names': (p, n) => [
    `CREATE STREAM a${n} (id STRING KEY, ${name(p)} INT) WITH (kafka_topic='a${n}', value_format='AVRO', value_avro_schema_full_name=${literal(p)}, partitions=1);`,
    `INSERT INTO a${n} VALUES ('k', 1);`,
    `SELECT * FROM a${n};`,
  ],
  'Protobuf names': (p, n) => [
    `CREATE STREAM p${n} (id STRING KEY, ${name(p)} INT, s STRUCT<${name(p)} INT>) WITH (kafka_topic='p${n}', value_format='PROTOBUF', partitions=1);`,
    `INSERT INTO p${n} VALUES ('k', 1, STRUCT(${name(p)} := 2));`,
    `SELECT * FROM p${n};`,
  ],
  literals: (p) => [`SELECT CONCAT(t, ${literal(p)}), t = ${literal(p)}, t IN (${literal(p)}, 'x'), MAP(${literal(p)} := 1)[${literal(p)}], SPLIT_TO_MAP(${literal(`${p}=1`)}, ';', '=') FROM s;`],
  'LIKE patterns': (p) => [`SELECT t LIKE ${literal(p)}, t LIKE ${literal(`%${p}_`)} ESCAPE '!' FROM s;`],
  'regular expressions': (p) => [`SELECT REGEXP_EXTRACT(${literal(p)}, t), REGEXP_REPLACE(t, ${literal(p)}, ${literal(p)}), REGEXP_SPLIT_TO_ARRAY(t, ${literal(p)}), REGEXP_EXTRACT_ALL(${literal(p)}, t, 1) FROM s;`],
  'date patterns': (p) => [`SELECT FORMAT_TIMESTAMP(FROM_UNIXTIME(0), ${literal(p)}), PARSE_DATE(${literal(p)}, ${literal(p)}), CONVERT_TZ(FROM_UNIXTIME(0), ${literal(p)}, 'UTC') FROM s;`],
  JSON: (p) => [`SELECT EXTRACTJSONFIELD(${literal(`{"${p}": {"x": 1}}`)}, ${literal(`$.${p}.x`)}), JSON_RECORDS(${json(p)}), JSON_CONCAT(${literal(`{${JSON.stringify(p)}: {"polluted": 1}}`)}, '{"b":2}'), JSON_KEYS(${literal(`{${JSON.stringify(p)}:1}`)}) FROM s;`],
  properties: (p) => [`SET ${literal(p)}=${literal(p)};`],
  'WITH clauses': (p, n) => [`CREATE STREAM w${n} (id STRING KEY, v STRING, w STRING) WITH (kafka_topic='w${n}', value_format='DELIMITED', value_delimiter=${literal(p)}, timestamp='V', timestamp_format=${literal(p)}, partitions=1);`, `INSERT INTO w${n} VALUES ('k', ${literal(p)}, ${literal(p)});`],
  headers: (p, n) => [`CREATE STREAM h${n} (id STRING KEY, h BYTES HEADER(${literal(p)})) WITH (kafka_topic='s', value_format='JSON');`, `SELECT h FROM h${n};`],
  variables: (p) => [`DEFINE v=${literal(p)};`, "SELECT '${v}', `${v}` FROM s;"],
};

/** Small to write, large to do. */
const GREEDY = [
  `SELECT REGEXP_REPLACE('${'a'.repeat(4000)}!', '(a+)+$', 'x') FROM s;`,
  `SELECT REGEXP_EXTRACT('(.*)*(.*)*x', '${'y'.repeat(3000)}') FROM s;`,
  `SELECT '${'a'.repeat(3000)}b' LIKE '${'%a'.repeat(300)}%c' FROM s;`,
  `SELECT ${'('.repeat(3000)}1${')'.repeat(3000)} FROM s;`,
  `SELECT ${'NOT '.repeat(20_000)}TRUE FROM s;`,
  `SELECT ${Array.from({ length: 5000 }, () => 'v').join(' + ')} FROM s;`,
  `SELECT ${'-'.repeat(1)}${' -'.repeat(20_000)} 1 FROM s;`,
  `SELECT CASE ${'WHEN v = 1 THEN 2 '.repeat(3000)} END FROM s;`,
  `SELECT LPAD('x', 2147483647, 'y') FROM s;`,
  `SELECT GENERATE_SERIES(1, 2147483647) FROM s;`,
  `CREATE STREAM cube AS SELECT id, CUBE_EXPLODE(GENERATE_SERIES(1, 60)) AS c FROM s;`,
  `SELECT CAST('1e999999999' AS DECIMAL(38, 2)), CAST('1e-999999999' AS DECIMAL(38, 2)), CAST('${'9'.repeat(20_000)}' AS BIGINT) FROM s;`,
  `SELECT ROUND(CAST(1 AS DECIMAL(6, 2)), 2147483647), ROUND(1.5e0, -2147483648), POWER(1e300, 1e300) FROM s;`,
  `SELECT EXTRACTJSONFIELD('${'['.repeat(20_000)}', '$${'[0]'.repeat(2000)}'), IS_JSON_STRING('${'['.repeat(20_000)}'), JSON_ITEMS('[${'['.repeat(20_000)}') FROM s;`,
  `SELECT FORMAT_TIMESTAMP(FROM_UNIXTIME(0), '${'['.repeat(3000)}'), FORMAT_DATE(FROM_DAYS(0), '${'y'.repeat(3000)}'), PARSE_TIMESTAMP('${'1'.repeat(3000)}', '${"yyyy['x']".repeat(200)}') FROM s;`,
  `SELECT FROM_DAYS(2147483647), FROM_UNIXTIME(9223372036854775807), TIMESTAMPADD(DAYS, 2147483647, FROM_UNIXTIME(9223372036854775807)) FROM s;`,
  `CREATE STREAM deep (id STRING KEY, v ${'ARRAY<'.repeat(2000)}INT${'>'.repeat(2000)}) WITH (kafka_topic='deep', value_format='JSON', partitions=1);`,
  `CREATE STREAM wide (id STRING KEY, ${Array.from({ length: 5000 }, (_, i) => `c${i} INT`).join(', ')}) WITH (kafka_topic='wide', value_format='AVRO', partitions=1);`,
  `CREATE STREAM many (id STRING KEY) WITH (kafka_topic='many', value_format='JSON', partitions=2147483647);`,
  `CREATE STREAM big (id STRING KEY, v DECIMAL(2147483647, 5)) WITH (kafka_topic='big', value_format='JSON', partitions=1);`,
  `SELECT TRANSFORM(GENERATE_SERIES(1, 100000), x => REDUCE(GENERATE_SERIES(1, 100000), 0, (a, b) => a + b)) FROM s WHERE v < 0;`,
  `SELECT TRANSFORM(GENERATE_SERIES(1, 100000), x => REDUCE(GENERATE_SERIES(v, 100000), 0, (a, b) => a + b)) FROM s;`,
  `SELECT SPLIT('${','.repeat(100_000)}', ','), REPLACE('${'a'.repeat(50_000)}', 'a', '${'b'.repeat(500)}') FROM s;`,
];
const LIMIT_MS = 5_000;

const prototypes = [Object.prototype, Array.prototype, String.prototype, Number.prototype, Map.prototype, Function.prototype, Uint8Array.prototype];
const surface = (): string => JSON.stringify(prototypes.map((each) => Reflect.ownKeys(each).map(String).toSorted()));
const before = surface();

let db: Database;
beforeAll(async () => {
  db = await open({ memory: true, properties: { 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.query.pull.table.scan.enabled': 'true' } });
  await db.execute("CREATE STREAM s (id STRING KEY, t STRING, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); INSERT INTO s VALUES ('k', 'some text', 1);");
});
afterAll(() => db.close());

async function attempt(sql: string): Promise<void> {
  try {
    if (!sql.startsWith('SELECT')) {
      await db.execute(sql);
      return;
    }
    let rows = 0;
    for await (const row of await db.query(sql)) if (Object.values(row).length >= 0 && ++rows > 10_000) break;
  } catch (error) {
    if (!(error instanceof MillraceError) || error instanceof InternalError) throw error;
  }
}

function untouched(): void {
  expect(Reflect.get(globalThis, 'pwned')).toBeUndefined();
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(surface()).toBe(before);
}

let number = 0;
describe.each(Object.entries(PLACES))('%s', (_place, statements) => {
  test.each(PAYLOADS.map((payload) => [payload.length > 40 ? `${payload.slice(0, 20)}…` : payload, payload] as const))('%j', async (_shown, payload) => {
    const started = performance.now();
    number += 1;
    for (const sql of statements(payload, number)) await attempt(sql);
    await db.whenIdle();
    untouched();
    expect(performance.now() - started).toBeLessThan(LIMIT_MS);
  });
});

test.each(GREEDY.map((sql) => [sql.slice(0, 60), sql] as const))('%s', async (_shown, sql) => {
  const started = performance.now();
  await attempt(sql);
  await db.whenIdle();
  untouched();
  expect(performance.now() - started).toBeLessThan(LIMIT_MS);
});

test('there are over 300 of them, and the database still works', async () => {
  expect(Object.keys(PLACES).length * PAYLOADS.length + GREEDY.length).toBeGreaterThan(300);
  const rows: unknown[] = [];
  for await (const row of await db.query('SELECT id, v FROM s;')) rows.push({ ...row });
  expect(rows).toEqual([{ ID: 'k', V: 1 }]);
});
