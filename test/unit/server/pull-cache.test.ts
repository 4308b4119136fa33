import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyLookup, lookupKey } from '../../../src/engine/key-lookup.js';
import { TestServer } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest' });
  await server.run(
    "CREATE STREAM s (id INT KEY, name STRING, v BIGINT) WITH (kafka_topic='s', partitions=2, value_format='json');" +
      'CREATE TABLE by_id AS SELECT id, SUM(v) AS total FROM s GROUP BY id;' +
      'CREATE TABLE by_name AS SELECT name, SUM(v) AS total FROM s GROUP BY name;' +
      'CREATE TABLE by_window AS SELECT id, SUM(v) AS total FROM s WINDOW TUMBLING (SIZE 1 SECOND) GROUP BY id;' +
      "INSERT INTO s (rowtime, id, name, v) VALUES (0, 1, 'a', 10); INSERT INTO s (rowtime, id, name, v) VALUES (0, 2, 'it''s', 20); INSERT INTO s (rowtime, id, name, v) VALUES (2000, 2, 'b', 5);",
  );
});
afterAll(() => server.close());

async function rows(sql: string): Promise<readonly string[]> {
  return (await server.post('/query-stream', { sql })).text.split('\n').slice(1, -1);
}

test.each([
  ["SELECT name FROM t WHERE id = 5;", 'SELECT name FROM t WHERE id = 0', '5'],
  ["select * from `a b` where `k`='it''s'", "select * from `a b` where `k`='", "'it''s'"],
  ['SELECT * FROM t WHERE id = -7 ;', 'SELECT * FROM t WHERE id = 0', '-7'],
])('%s is a lookup by key', (sql, shape, literal) => {
  expect(keyLookup(sql)).toEqual({ shape, literal });
});

test.each([
  'SELECT * FROM t WHERE id = 5 AND v = 2;',
  'SELECT * FROM t WHERE v = 2 AND id = 5;',
  "SELECT 'x' FROM t WHERE id = 5;",
  'SELECT * FROM t -- WHERE id = 5;',
  'SELECT * FROM t /* WHERE id = 5;',
  'SELECT * FROM t WHERE id = ${x};',
  'SELECT * FROM t WHERE id = 5.5;',
  'SELECT * FROM t WHERE id = 5 LIMIT 1;',
])('%s is left to the planner', (sql) => {
  expect(keyLookup(sql)).toBeNull();
});

test('literals become keys only where nothing is to be decided', () => {
  expect(lookupKey('5', { kind: 'INTEGER' })).toBe(5);
  expect(lookupKey('2147483648', { kind: 'INTEGER' })).toBeUndefined();
  expect(lookupKey('9223372036854775807', { kind: 'BIGINT' })).toBe(9223372036854775807n);
  expect(lookupKey("'it''s'", { kind: 'STRING' })).toBe("it's");
  expect(lookupKey('5', { kind: 'STRING' })).toBeUndefined();
});

test('lookups of one shape give each its own row, again and again', async () => {
  for (let round = 0; round < 2; round += 1) {
    expect(await rows('SELECT * FROM by_id WHERE id = 1;')).toEqual(['[1,10]']);
    expect(await rows('SELECT * FROM by_id WHERE id = 2;')).toEqual(['[2,25]']);
    expect(await rows('SELECT * FROM by_id WHERE id = 3;')).toEqual([]);
    expect(await rows("SELECT * FROM by_name WHERE name = 'it''s';")).toEqual(['["it\'s",20]']);
    expect(await rows("SELECT * FROM by_name WHERE name = 'a';")).toEqual(['["a",10]']);
    expect(await rows('SELECT * FROM by_window WHERE id = 2;')).toEqual(['[2,0,1000,20]', '[2,2000,3000,5]']);
    expect(await rows('SELECT * FROM by_window WHERE id = 1;')).toEqual(['[1,0,1000,10]']);
    expect(await rows('SELECT id FROM by_id WHERE total = 10;')).toEqual(['[1]']);
    expect(await rows('SELECT id FROM by_id WHERE total = 25;')).toEqual(['[2]']);
  }
});

test('a key that the column cannot take is refused as without the cache', async () => {
  expect(await rows('SELECT * FROM by_id WHERE id = 1;')).toEqual(['[1,10]']);
  const wrong = await server.post('/query-stream', { sql: "SELECT * FROM by_id WHERE id = 'x';" });
  expect([wrong.status, JSON.parse(wrong.text)]).toMatchObject([400, { error_code: 40001 }]);
});

test('a table that is dropped and made again is planned again', async () => {
  await server.run('CREATE TABLE again AS SELECT id, SUM(v) AS total FROM s GROUP BY id;');
  expect(await rows('SELECT * FROM again WHERE id = 1;')).toEqual(['[1,10]']);
  await server.run('DROP TABLE again DELETE TOPIC; CREATE TABLE again AS SELECT id, COUNT(*) AS n FROM s GROUP BY id;');
  expect(await rows('SELECT * FROM again WHERE id = 2;')).toEqual(['[2,2]']);
});

test('places for pull queries: one at a time waits, more than may wait are refused', async () => {
  const { PullLimits } = await import('../../../src/engine/pull-limits.js');
  const { manualClock } = await import('../../../src/env/index.js');
  const clock = manualClock();
  const limits = new PullLimits({ perSecond: 100, concurrent: 1, waiting: 1, bytesPerHour: Infinity, clock });
  expect(limits.admit()).toBeNull();
  const order: string[] = [];
  const second = limits.admit()?.then(() => order.push('second'));
  expect(limits.depth).toBe(1);
  expect(() => limits.admit()).toThrow('concurrency limit');
  limits.leave();
  await second;
  limits.leave();
  expect([order, limits.depth]).toEqual([['second'], 0]);
  const rate = new PullLimits({ perSecond: 1, concurrent: 10, waiting: 1, bytesPerHour: Infinity, clock });
  expect(rate.admit()).toBeNull();
  expect(() => rate.admit()).toThrow('rate limit');
  await clock.advance(1000);
  expect(rate.admit()).toBeNull();
});

test('answers of an hour may have so many bytes; an hour later there is room again', async () => {
  const { PullLimits } = await import('../../../src/engine/pull-limits.js');
  const { manualClock } = await import('../../../src/env/index.js');
  const clock = manualClock();
  const limits = new PullLimits({ perSecond: 1000, concurrent: 10, waiting: 1, bytesPerHour: 1024, clock });
  expect(limits.admit()).toBeNull();
  limits.sent(1000);
  await clock.advance(30 * 60_000);
  expect(limits.admit()).toBeNull();
  limits.sent(24);
  expect(() => limits.admit()).toThrow('bandwidth limit');
  await clock.advance(31 * 60_000);
  expect(limits.admit()).toBeNull();
  limits.sent(1000);
  expect(() => limits.admit()).toThrow('bandwidth limit');
  await clock.advance(61 * 60_000);
  expect(limits.admit()).toBeNull();
});
