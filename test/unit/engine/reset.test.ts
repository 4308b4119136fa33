import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineWorld, rowsOf } from './engine-world.js';
import type { LocalEngine } from '../../../src/engine/index.js';

let world: EngineWorld;
beforeEach(() => (world = new EngineWorld()));
afterEach(() => world.close());

const SQL = `CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);
  CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;`;
const rows = (...values: readonly number[]) => values.map((value) => new Map<string, string | number>([['K', 'a'], ['V', value]]));
const ID = 'CTAS_T_1';
const counts = async (local: LocalEngine): Promise<unknown> => (await rowsOf(local, 'SELECT n FROM t;')).map((row) => row['N']);
async function queryId({ engine }: LocalEngine): Promise<string> {
  return [...engine.catalog().queries.keys()].find((id) => id.startsWith('CTAS_T')) ?? ID;
}

test('a reset query forgets its state and begins anew; what it has written stays', async () => {
  const local = await world.open();
  await local.engine.execute(SQL);
  await local.engine.insert('S', rows(1, 2));
  await local.engine.whenIdle();
  const id = await queryId(local);
  const [before, catalog] = [await world.topics(), local.engine.catalog().queries.get(id)];
  // Deleted at the source: after the reset they are not counted again.
  await world.broker.admin.deleteRecords([{ topic: 's', partition: 0, offset: 1 }]);
  const [entity] = await local.engine.execute(`RESET ${id};`);
  expect(entity).toMatchObject({ commandStatus: { status: 'SUCCESS', message: 'Query reset.' } });
  await local.engine.whenIdle();
  expect(await counts(local)).toEqual([1]);
  expect(await world.read('T')).toEqual(['a = {"N":1}', 'a = {"N":2}', 'a = {"N":1}']);
  expect(await world.topics()).toEqual(before);
  expect(local.engine.catalog().queries.get(id)).toEqual(catalog);
  // The command log says the same at the next start.
  await local.engine.close();
  const again = await world.open();
  await again.engine.insert('S', rows(3));
  await again.engine.whenIdle();
  expect(await counts(again)).toEqual([2]);
});

test('a paused query is reset and stays paused', async () => {
  const local = await world.open();
  await local.engine.execute(SQL);
  await local.engine.insert('S', rows(1));
  await local.engine.whenIdle();
  const id = await queryId(local);
  await local.engine.execute(`PAUSE ${id};`);
  await local.engine.execute(`RESET ${id};`);
  await local.engine.whenIdle();
  expect(await world.read('T')).toEqual(['a = {"N":1}']);
  await local.engine.execute(`RESUME ${id};`);
  await local.engine.whenIdle();
  expect(await world.read('T')).toEqual(['a = {"N":1}', 'a = {"N":1}']);
});

test('queries that do not exist, and all at once, are refused', async () => {
  const { engine } = await world.open();
  await engine.execute(SQL);
  await expect(engine.execute('RESET nothing;')).rejects.toMatchObject({ code: 'PLAN', message: 'Unknown queryId: NOTHING' });
  await expect(engine.execute('RESET ALL;')).rejects.toMatchObject({ code: 'PLAN', hint: expect.stringContaining('SHOW QUERIES') as unknown });
});

test('a persistent query that leaves older rows out says so, unless it was told where to begin', async () => {
  const { engine } = await world.open({ 'ksql.streams.auto.offset.reset': '' });
  const declare = "CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);";
  await engine.execute(declare);
  const fresh = await engine.execute('CREATE STREAM a AS SELECT * FROM s;');
  expect(fresh).toMatchObject([{ warnings: [] }]);
  await engine.insert('S', rows(1, 2, 3));
  const [late] = await engine.execute('CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;');
  expect(late?.warnings).toEqual([{ message: expect.stringMatching(/^3 older rows of S will not be read: query CTAS_T_\d+ starts with new rows\. SET 'auto\.offset\.reset'='earliest';/) as unknown }]);
  expect(await engine.execute("SET 'auto.offset.reset'='latest'; CREATE STREAM b AS SELECT * FROM s;")).toMatchObject([{ warnings: [] }]);
  expect(await engine.execute("SET 'auto.offset.reset'='earliest'; CREATE STREAM c AS SELECT * FROM s;")).toMatchObject([{ warnings: [] }]);
});
