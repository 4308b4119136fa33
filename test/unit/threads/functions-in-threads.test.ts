import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineScalar, manualClock, type Database } from '../../../src/index.js';
import { FolderWorld, FUNCTIONS, rows, SOURCE, stateOf, untilState } from './folder-world.js';

let world: FolderWorld;
let db: Database | null = null;
beforeEach(() => {
  world = new FolderWorld();
});
afterEach(async () => {
  await db?.close();
  db = null;
  world.remove();
});

const values = (found: readonly object[], name: string): unknown[] => found.map((row) => new Map<string, unknown>(Object.entries(row)).get(name));

describe('queries with functions of the folder', () => {
  test('run as they do without threads, through every part of the life of a query', async () => {
    const results: unknown[] = [];
    for (const threads of ['true', 'false']) {
      db = await world.open({ 'millrace.functions.threads': threads });
      await db.execute(`${SOURCE} CREATE STREAM t WITH (KAFKA_TOPIC='t') AS SELECT id, PLUS_ONE(n) AS p FROM s; CREATE TABLE u AS SELECT id, TOTAL(p) AS v FROM t GROUP BY id;`);
      for (let i = 0; i < 5; i++) await db.insert('S', [{ ID: 'a', N: i }, { ID: 'b', N: i * 2 }]);
      await db.whenIdle();
      const query = (await stateOf(db, 'T')).id;
      await db.execute(`PAUSE ${query};`);
      await db.insert('S', [{ ID: 'a', N: 100 }]);
      await db.whenIdle();
      const paused = await rows(db, 'SELECT * FROM u;');
      await db.execute(`RESUME ${query};`);
      await db.whenIdle();
      results.push([paused, await rows(db, 'SELECT * FROM u;'), await rows(db, 'SELECT id, PLUS_ONE(n) AS p FROM s EMIT CHANGES LIMIT 4;'), await rows(db, `SELECT id, PLUS_ONE(CAST(v AS INT)) AS p FROM u WHERE id = 'a';`)]);
      await db.execute('DROP TABLE u DELETE TOPIC; DROP STREAM t DELETE TOPIC;');
      await db.close();
    }
    expect(results[0]).toEqual(results[1]);
    expect(JSON.stringify(results[0])).toContain('{"ID":"a","V":116}');
    db = null;
  });

  test('that throw leave null and a line in the processing log', async () => {
    db = await world.open();
    await db.execute(`${SOURCE} CREATE STREAM t WITH (KAFKA_TOPIC='t') AS SELECT id, PICKY(n) AS p FROM s;`);
    await db.insert('S', [{ ID: 'a', N: 1 }, { ID: 'b', N: 2 }, { ID: 'c', N: 3 }]);
    await db.whenIdle();
    expect(values(await rows(db, 'SELECT * FROM t EMIT CHANGES LIMIT 3;'), 'P')).toEqual([1, null, 3]);
    await db.execute(`CREATE STREAM log (message STRUCT<recordProcessingError STRUCT<errorMessage STRING>>) WITH (KAFKA_TOPIC='default_ksql_processing_log', VALUE_FORMAT='JSON');`);
    expect(values(await rows(db, 'SELECT message->recordProcessingError->errorMessage AS m FROM log EMIT CHANGES LIMIT 1;'), 'M')).toEqual([expect.stringContaining('Function PICKY failed: two is odd')]);
  });
});

describe('functions that do not come back', () => {
  const sinks: readonly (readonly [string, string, string])[] = [
    ['scalar', `CREATE STREAM t AS SELECT id, HANG_ON(n) AS p FROM s;`, 'Function HANG_ON did not come back within 1000 ms'],
    ['table', `CREATE STREAM t AS SELECT id, ROWS_ON(n) AS p FROM s;`, 'Function ROWS_ON did not come back within 1000 ms'],
    ['aggregate', `CREATE TABLE t AS SELECT id, TOTAL(n) AS p FROM s GROUP BY id;`, 'Function TOTAL did not come back within 1000 ms'],
  ];
  test.each(sinks)('%s: the query goes to ERROR in time and says why; nothing else is held up', async (_kind, sql, reason) => {
    db = await world.open();
    await db.execute(`${SOURCE} ${sql} CREATE STREAM other AS SELECT id, n FROM s;`);
    await db.insert('S', [{ ID: 'a', N: 1 }]);
    await db.whenIdle();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const started = performance.now();
    await db.insert('S', [{ ID: 'a', N: 13 }]);
    const failed = await untilState(db, 'T', 'ERROR');
    const took = performance.now() - started;
    delay.disable();
    expect(failed.errors).toContain(reason);
    expect(took).toBeGreaterThan(900);
    // An idle machine needs less than one second; tests share theirs.
    expect(took).toBeLessThan(1000 + 5000);
    // Far from the time that the function hangs: the thread that serves has gone on.
    expect(delay.percentile(99) / 1e6).toBeLessThan(700);
    await db.whenIdle();
    expect(values(await rows(db, 'SELECT * FROM other EMIT CHANGES LIMIT 2;'), 'N')).toEqual([1, 13]);
    await db.execute(`DROP ${failed.id.startsWith('CTAS') ? 'TABLE' : 'STREAM'} t;`);
  });

  test('push and pull queries fail with the reason, and are gone', async () => {
    db = await world.open();
    await db.execute(`${SOURCE} CREATE TABLE t AS SELECT id, LATEST_BY_OFFSET(n) AS n FROM s GROUP BY id;`);
    await db.insert('S', [{ ID: 'a', N: 13 }, { ID: 'b', N: 1 }]);
    await db.whenIdle();
    await expect(rows(db, 'SELECT HANG_ON(n) AS p FROM s EMIT CHANGES;')).rejects.toThrow('Function HANG_ON did not come back within 1000 ms');
    const asked = db;
    const hanging = expect(rows(asked, `SELECT HANG_ON(n) AS p FROM t WHERE id = 'a';`)).rejects.toThrow('Function HANG_ON did not come back within 1000 ms');
    // Asked in between: it is answered by the next thread.
    expect(await rows(asked, `SELECT HANG_ON(n) AS p FROM t WHERE id = 'b';`)).toEqual([{ P: 1 }]);
    await hanging;
    expect((await stateOf(db, 'T')).state).toBe('RUNNING');
    expect(await rows(db, `SELECT id FROM t WHERE PLUS_ONE(n) = 2;`)).toEqual([{ ID: 'b' }]);
  });

  test('slow ones that come back are let be', async () => {
    // All calls of one batch together take longer than one may.
    db = await world.open({ 'millrace.functions.timeout.ms': '1800' });
    await db.execute(`${SOURCE} CREATE STREAM t AS SELECT id, SLOW(n) AS p FROM s;`);
    await db.insert('S', Array.from({ length: 400 }, (_, n) => ({ ID: 'a', N: n })));
    await db.whenIdle();
    expect((await rows(db, 'SELECT * FROM t EMIT CHANGES LIMIT 400;')).length).toBe(400);
    expect((await stateOf(db, 'T')).state).toBe('RUNNING');
  });
});

describe('threads that end', () => {
  test('by memory or by themselves: ERROR with the reason, the server lives', async () => {
    db = await world.open({ 'millrace.functions.timeout.ms': '20000', 'millrace.functions.memory.mb': '64' });
    await db.execute(`${SOURCE} CREATE STREAM t AS SELECT id, HUNGRY(n) AS p FROM s; CREATE STREAM u AS SELECT id, LEAVE(n) AS p FROM s;`);
    await db.insert('S', [{ ID: 'a', N: 13 }]);
    expect((await untilState(db, 'T', 'ERROR')).errors).toContain('more memory than its 64 MiB');
    expect((await untilState(db, 'U', 'ERROR')).errors).toContain('ended by itself, with code 3');
    expect(await rows(db, 'SELECT n FROM s EMIT CHANGES LIMIT 1;')).toEqual([{ N: 13 }]);
  });

  test('a query starts again by itself, and goes on where it had committed', async () => {
    const wish = `globalThis.tries = 0; export const once = { kind: 'scalar', name: 'once', parameters: ['INT'], returns: 'INT', evaluate: (n) => { if (n === 5 && !process.report.directory) process.exit(1); return n; } };`;
    world.write(`${FUNCTIONS} ${wish}`);
    db = await world.open({ 'ksql.query.retry.backoff.initial.ms': '50' });
    await db.execute(`${SOURCE} CREATE TABLE t AS SELECT id, SUM(ONCE(n)) AS p FROM s GROUP BY id;`);
    await db.insert('S', Array.from({ length: 5 }, (_, n) => ({ ID: 'a', N: n })));
    await db.whenIdle();
    await db.insert('S', [{ ID: 'a', N: 5 }, { ID: 'b', N: 1 }]);
    await untilState(db, 'T', 'ERROR');
    process.report.directory = '/tmp';
    try {
      await untilState(db, 'T', 'RUNNING');
      await db.whenIdle();
    } finally {
      process.report.directory = '';
    }
    expect(await rows(db, 'SELECT * FROM t;')).toEqual([{ ID: 'a', P: 15 }, { ID: 'b', P: 1 }]);
  });
});

test('constants are evaluated in a thread too: of INSERT, and keys of pull queries', async () => {
  db = await world.open();
  await db.execute(`${SOURCE} CREATE TABLE t AS SELECT n, COUNT(*) AS c FROM s GROUP BY n;`);
  await db.execute(`INSERT INTO s (id, n) VALUES ('a', PLUS_ONE(1)); INSERT INTO s (id, n) VALUES ('b', PLUS_ONE(PLUS_ONE(0)));`);
  await expect(db.execute(`INSERT INTO s (id, n) VALUES ('a', PICKY(2));`)).rejects.toThrow('Failed to evaluate a value: Function PICKY failed: two is odd');
  await expect(db.execute(`INSERT INTO s (id, n) VALUES ('a', HANG_ON(13));`)).rejects.toThrow('Function HANG_ON did not come back within 1000 ms');
  await db.whenIdle();
  expect(await rows(db, 'SELECT * FROM t WHERE n = PLUS_ONE(1);')).toEqual([{ N: 2, C: 2 }]);
  expect(await rows(db, 'SELECT * FROM s EMIT CHANGES LIMIT 2;')).toEqual([{ ID: 'a', N: 2 }, { ID: 'b', N: 2 }]);
});

test('under a clock of the program, functions see its time', async () => {
  world.write(`export const one = { kind: 'scalar', name: 'one', parameters: ['INT'], returns: 'INT', evaluate: () => 1 };`);
  db = await world.open({}, { clock: manualClock(1_000) });
  await db.execute(`${SOURCE} CREATE STREAM t AS SELECT id, ONE(n) + UNIX_TIMESTAMP() AS p FROM s;`);
  await db.insert('S', [{ ID: 'a', N: 1 }]);
  await db.whenIdle();
  expect(await rows(db, 'SELECT p FROM t EMIT CHANGES LIMIT 1;')).toEqual([{ P: 1_001 }]);
});

test('functions of the program and of the folder do not go together in one query, and each goes alone', async () => {
  db = await world.open({}, { functions: [defineScalar({ name: 'OURS', parameters: ['INT'], returns: 'INT', evaluate: (n) => n * 10 })] });
  await db.execute(`${SOURCE} CREATE STREAM t AS SELECT id, OURS(n) AS p FROM s;`);
  await expect(db.execute('CREATE STREAM u AS SELECT id, OURS(PLUS_ONE(n)) AS p FROM s;')).rejects.toThrow('PLUS_ONE of the folder and OURS of the program');
  await expect(rows(db, 'SELECT OURS(PLUS_ONE(n)) AS p FROM s EMIT CHANGES;')).rejects.toThrow('PLUS_ONE of the folder and OURS of the program');
  await db.insert('S', [{ ID: 'a', N: 1 }]);
  await db.whenIdle();
  expect(await rows(db, 'SELECT p FROM t EMIT CHANGES LIMIT 1;')).toEqual([{ P: 10 }]);
  expect((await stateOf(db, 'U')).state).toBe('none');
});

test('a folder is loaded anew at a restart, and queries go on with the new text and the old state', async () => {
  db = await world.open({}, { data: 'data' });
  await db.execute(`${SOURCE} CREATE TABLE t AS SELECT id, TOTAL(n) AS v FROM s GROUP BY id;`);
  await db.insert('S', [{ ID: 'a', N: 1 }, { ID: 'a', N: 2 }]);
  await db.whenIdle();
  expect(await rows(db, 'SELECT * FROM t;')).toEqual([{ ID: 'a', V: 3 }]);
  await db.close();
  world.write(FUNCTIONS.replace('Number(state) + (value ?? 0)', 'Number(state) + 10 * (value ?? 0)'));
  db = await world.open({}, { data: 'data' });
  await db.insert('S', [{ ID: 'a', N: 4 }]);
  await db.whenIdle();
  expect(await rows(db, 'SELECT * FROM t;')).toEqual([{ ID: 'a', V: 43 }]);
});
