import { expect, test } from 'vitest';
import { open, type Database, type JsObject } from '../../src/index.js';

// The clauses of queries, each with data small enough to follow by hand. COMPAT.md points here.

const T = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

async function database(): Promise<Database> {
  const db = await open({ memory: true, properties: { 'ksql.streams.auto.offset.reset': 'earliest' } });
  await db.execute(`
    CREATE STREAM s (id STRING KEY, v INT, tags ARRAY<STRING>) WITH (kafka_topic='s', value_format='JSON', partitions=1);
    CREATE STREAM r (id STRING KEY, w INT) WITH (kafka_topic='r', value_format='JSON', partitions=1);
    CREATE TABLE k (id STRING PRIMARY KEY, name STRING, boss STRING) WITH (kafka_topic='k', value_format='JSON', partitions=1);
    CREATE TABLE bosses (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic='bosses', value_format='JSON', partitions=1);
    CREATE TABLE m (id STRING PRIMARY KEY, note STRING) WITH (kafka_topic='m', value_format='JSON', partitions=1);`);
  await db.insert('K', [{ ID: 'a', NAME: 'Ann', BOSS: 'b', ROWTIME: 0 }, { ID: 'b', NAME: 'Bob', ROWTIME: 0 }]);
  await db.insert('BOSSES', [{ ID: 'b', NAME: 'Bob', ROWTIME: 0 }]);
  await db.insert('M', [{ ID: 'a', NOTE: 'first', ROWTIME: 0 }, { ID: 'c', NOTE: 'third', ROWTIME: 0 }]);
  return db;
}
const at = (id: string, minute: number, v: number, tags: readonly string[] | null = null): { ID: string; V: number; TAGS: readonly string[] | null; ROWTIME: number } => ({ ID: id, V: v, TAGS: tags, ROWTIME: T + minute * MINUTE });
const ROWS = [at('a', 0, 1, ['x', 'y']), at('b', 1, 2), at('a', 2, 3), at('c', 3, 4), at('a', 12, 5), at('z', 60, 9)];

async function rows(db: Database, sql: string): Promise<readonly JsObject[]> {
  const all: JsObject[] = [];
  for await (const row of await db.query(sql)) all.push({ ...row });
  return all;
}

/** Runs a CREATE … AS, puts the rows in and reads what the query made. */
async function made(statement: string, read: string): Promise<readonly string[]> {
  const db = await database();
  try {
    await db.execute(statement);
    await db.insert('S', ROWS);
    await db.insert('R', [{ ID: 'a', W: 10, ROWTIME: T + MINUTE }, { ID: 'c', W: 30, ROWTIME: T + 59 * MINUTE }]);
    await db.whenIdle();
    return (await rows(db, read)).map((row) => Object.values(row).map((value) => (value === null ? '-' : JSON.stringify(value))).join(' ')).toSorted();
  } finally {
    await db.close();
  }
}
const start = (minute: number): string => String(T + minute * MINUTE);

test.each<readonly [string, string, string, readonly string[]]>([
  ['WHERE', 'CREATE STREAM o AS SELECT id, v FROM s WHERE v > 3;', 'SELECT id, v FROM o;', ['"a" 5', '"c" 4', '"z" 9']],
  ['expressions and CASE', "CREATE STREAM o AS SELECT id, CASE WHEN v % 2 = 0 THEN 'even' ELSE 'odd' END AS p FROM s WHERE v BETWEEN 2 AND 4;", 'SELECT id, p FROM o;', ['"a" "odd"', '"b" "even"', '"c" "even"']],
  ['PARTITION BY', 'CREATE STREAM o AS SELECT v, id FROM s WHERE v < 3 PARTITION BY v;', 'SELECT v, id FROM o;', ['1 "a"', '2 "b"']],
  ['table functions', 'CREATE STREAM o AS SELECT id, EXPLODE(tags) AS tag FROM s;', 'SELECT id, tag FROM o;', ['"a" "x"', '"a" "y"']],
  ['GROUP BY', 'CREATE TABLE o AS SELECT id, COUNT(*) AS n, SUM(v) AS total FROM s GROUP BY id;', 'SELECT * FROM o;', ['"a" 3 9', '"b" 1 2', '"c" 1 4', '"z" 1 9']],
  ['HAVING', 'CREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s GROUP BY id HAVING COUNT(*) > 1;', 'SELECT * FROM o;', ['"a" 3']],
  ['TUMBLING', 'CREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 10 MINUTES) GROUP BY id;', "SELECT id, windowstart, n FROM o WHERE id = 'a';", [`"a" ${start(0)} 2`, `"a" ${start(10)} 1`]],
  ['HOPPING', 'CREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s WINDOW HOPPING (SIZE 10 MINUTES, ADVANCE BY 5 MINUTES) GROUP BY id;', "SELECT id, windowstart, n FROM o WHERE id = 'a';", [`"a" ${start(-5)} 2`, `"a" ${start(0)} 2`, `"a" ${start(5)} 1`, `"a" ${start(10)} 1`]],
  ['SESSION', 'CREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s WINDOW SESSION (5 MINUTES) GROUP BY id;', "SELECT id, windowstart, windowend, n FROM o WHERE id = 'a';", [`"a" ${start(0)} ${start(2)} 2`, `"a" ${start(12)} ${start(12)} 1`]],
  ['GRACE PERIOD and RETENTION', 'CREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 10 MINUTES, RETENTION 2 HOURS, GRACE PERIOD 0 MINUTES) GROUP BY id;', "SELECT id, windowstart, n FROM o WHERE id = 'a' AND windowstart >= '2024-01-01T00:10';", [`"a" ${start(10)} 1`]],
  ['stream-table join', 'CREATE STREAM o AS SELECT s.id AS id, s.v AS v, k.name AS name FROM s LEFT JOIN k ON s.id = k.id WHERE v < 5;', 'SELECT id, v, name FROM o;', ['"a" 1 "Ann"', '"a" 3 "Ann"', '"b" 2 "Bob"', '"c" 4 -']],
  ['stream-stream join', 'CREATE STREAM o AS SELECT s.id AS id, s.v AS v, r.w AS w FROM s JOIN r WITHIN 2 MINUTES GRACE PERIOD 1 HOUR ON s.id = r.id;', 'SELECT id, v, w FROM o;', ['"a" 1 10', '"a" 3 10']],
  ['a stream with another one over its topic', "CREATE STREAM s2 (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON'); CREATE STREAM o AS SELECT s.id AS id, s.v AS v, s2.v AS w FROM s JOIN s2 WITHIN 2 MINUTES GRACE PERIOD 1 HOUR ON s.id = s2.id;", 'SELECT id, v, w FROM o;', ['"a" 1 1', '"a" 1 3', '"a" 3 1', '"a" 3 3', '"a" 5 5', '"b" 2 2', '"c" 4 4', '"z" 9 9']],
  ['a stream with a table over its topic', "CREATE TABLE s2 (id STRING PRIMARY KEY, v INT) WITH (kafka_topic='s', value_format='JSON'); CREATE STREAM o AS SELECT s.id AS id, s.v AS v, s2.v AS w FROM s LEFT JOIN s2 ON s.id = s2.id;", 'SELECT id, v, w FROM o;', ['"a" 1 -', '"a" 3 1', '"a" 5 3', '"b" 2 -', '"c" 4 -', '"z" 9 -']],
  ['a table with another one over its topic', "CREATE TABLE k2 (id STRING PRIMARY KEY, name STRING) WITH (kafka_topic='k', value_format='JSON'); CREATE TABLE o AS SELECT k.id AS id, k.name AS name, k2.name AS boss FROM k LEFT JOIN k2 ON k.boss = k2.id;", 'SELECT * FROM o;', ['"a" "Ann" "Bob"', '"b" "Bob" -']],
  ['table-table join', 'CREATE TABLE o AS SELECT k.id AS id, k.name AS name, m.note AS note FROM k LEFT JOIN m ON k.id = m.id;', 'SELECT * FROM o;', ['"a" "Ann" "first"', '"b" "Bob" -']],
  ['FULL OUTER JOIN', 'CREATE TABLE o AS SELECT ROWKEY AS id, k.name AS name, m.note AS note FROM k FULL OUTER JOIN m ON k.id = m.id;', 'SELECT * FROM o;', ['"a" "Ann" "first"', '"b" "Bob" -', '"c" - "third"']],
  ['foreign-key join', 'CREATE TABLE o AS SELECT k.id AS id, k.name AS name, b.name AS boss FROM k JOIN bosses b ON k.boss = b.id;', 'SELECT * FROM o;', ['"a" "Ann" "Bob"']],
  ['joins of three', 'CREATE STREAM o AS SELECT s.id AS id, k.name AS name, m.note AS note FROM s JOIN k ON s.id = k.id JOIN m ON s.id = m.id WHERE s.v = 1;', 'SELECT id, name, note FROM o;', ['"a" "Ann" "first"']],
  ['aggregates over tables', 'CREATE TABLE o AS SELECT boss, COUNT(*) AS n FROM k GROUP BY boss;', 'SELECT * FROM o;', ['"b" 1']],
])('%s', async (_title, statement, read, expected) => {
  expect(await made(statement, read)).toEqual(expected);
});

test('EMIT FINAL gives each window once, when it is over', async () => {
  const db = await database();
  await db.execute('CREATE TABLE o AS SELECT id, SUM(v) AS total FROM s WINDOW TUMBLING (SIZE 10 MINUTES, RETENTION 2 HOURS) GROUP BY id EMIT FINAL;');
  await db.insert('S', ROWS);
  expect(await rows(db, 'SELECT id, total FROM o EMIT CHANGES LIMIT 4;')).toEqual([
    { ID: 'a', TOTAL: 4 }, { ID: 'b', TOTAL: 2 }, { ID: 'c', TOTAL: 4 }, { ID: 'a', TOTAL: 5 },
  ]);
  await db.close();
});

test('pull queries: keys, ranges, scans, conditions, LIMIT, and streams', async () => {
  const db = await database();
  await db.execute('CREATE TABLE o AS SELECT id, COUNT(*) AS n FROM s GROUP BY id;');
  await db.insert('S', ROWS);
  await db.whenIdle();
  expect(await rows(db, "SELECT n FROM o WHERE id = 'a';")).toEqual([{ N: 3 }]);
  expect(await rows(db, "SELECT id FROM o WHERE id IN ('b', 'c', 'nobody');")).toHaveLength(2);
  expect(await rows(db, "SELECT id FROM o WHERE id >= 'c';")).toHaveLength(2);
  expect(await rows(db, 'SELECT id FROM o WHERE n > 1;')).toEqual([{ ID: 'a' }]);
  expect(await rows(db, 'SELECT id FROM o LIMIT 2;')).toHaveLength(2);
  expect(await rows(db, 'SELECT v FROM s WHERE v > 4;')).toEqual([{ V: 5 }, { V: 9 }]);
  await expect(db.query('SELECT * FROM k;')).rejects.toThrow(/QUERYABLE_K/);
  await db.close();
});

test('push queries: aggregates, windows and joins without a table of their own, LIMIT ends them', async () => {
  const db = await database();
  await db.insert('S', ROWS);
  expect(await rows(db, 'SELECT id, COUNT(*) AS n FROM s GROUP BY id EMIT CHANGES LIMIT 3;')).toEqual([{ ID: 'a', N: 1 }, { ID: 'b', N: 1 }, { ID: 'a', N: 2 }]);
  expect(await rows(db, 'SELECT s.id AS id, k.name AS name FROM s JOIN k ON s.id = k.id EMIT CHANGES LIMIT 2;')).toEqual([{ ID: 'a', NAME: 'Ann' }, { ID: 'b', NAME: 'Bob' }]);
  expect(await rows(db, 'SELECT EXPLODE(tags) AS tag FROM s EMIT CHANGES LIMIT 2;')).toEqual([{ TAG: 'x' }, { TAG: 'y' }]);
  await db.close();
});

test('pseudo columns and headers', async () => {
  const db = await database();
  await db.insert('S', ROWS.slice(0, 1));
  expect(await rows(db, 'SELECT rowtime, rowpartition, rowoffset FROM s EMIT CHANGES LIMIT 1;')).toEqual([{ ROWTIME: T, ROWPARTITION: 0, ROWOFFSET: 0 }]);
  await db.execute("CREATE STREAM h (v INT, h ARRAY<STRUCT<key STRING, value BYTES>> HEADERS) WITH (kafka_topic='s', value_format='JSON');");
  expect(await rows(db, 'SELECT v, ARRAY_LENGTH(h) AS n FROM h EMIT CHANGES LIMIT 1;')).toEqual([{ V: 1, N: 0 }]);
  await db.close();
});
