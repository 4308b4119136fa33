import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomIntegers } from '../../../bench/bids.js';
import { keepAliveLoad, postBytes } from '../../../bench/serving/keep-alive-load.js';
import { comeAndGo, LIVES } from '../../../bench/serving/come-and-go.js';
import { TestServer, until } from './test-server.js';

const SEED = 7;
/** A second; whatever the machine, it is less than it can. */
const LET_THROUGH = 20;
let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.query.pull.max.qps': String(LET_THROUGH), 'ksql.query.pull.max.concurrent.requests': '4' });
  await server.run(
    "CREATE STREAM fed (id STRING KEY, n INT) WITH (kafka_topic='fed', partitions=2, value_format='json');" +
      "CREATE STREAM orders (id STRING KEY, n INT) WITH (kafka_topic='orders', partitions=2, value_format='json');" +
      'CREATE TABLE totals AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id;',
  );
  await server.local.engine.insert('ORDERS', Array.from({ length: 2000 }, (_, index) => new Map<string, string | number>([['ID', `k${index}`], ['N', index]])));
  await server.local.engine.whenIdle();
});
afterAll(() => server.close());

const resources = (kind: string): number => process.getActiveResourcesInfo().filter((each) => each === kind).length;

async function pushQueries(): Promise<number> {
  const [entity] = await server.local.engine.execute('SHOW QUERIES;');
  return entity?.['@type'] === 'queries' ? entity.queries.filter((query) => query.queryType === 'PUSH').length : NaN;
}

test('more pull queries than are let through: each one is answered, those refused with 429', async () => {
  const requests = Array.from({ length: 50 }, (_, index) => postBytes(server.url, '/query-stream', JSON.stringify({ sql: `SELECT * FROM totals WHERE id = 'k${index}';` })));
  const { byStatus, answers, seconds } = await keepAliveLoad({ url: server.url, connections: 20, durationMs: 1000, perSecond: null, request: (index) => requests[index % 50] ?? Buffer.alloc(0) });
  expect([...byStatus.keys()].sort()).toEqual([200, 429]);
  expect((byStatus.get(200) ?? 0) + (byStatus.get(429) ?? 0)).toBe(answers);
  // A burst of a second's worth, and what comes in the seconds that it takes.
  expect(byStatus.get(200)).toBeGreaterThanOrEqual(LET_THROUGH);
  expect(byStatus.get(200)).toBeLessThanOrEqual(LET_THROUGH * (2 + seconds));
});

test(`clients that vanish in every way leave no query, no socket and no timer (seed ${SEED})`, async () => {
  const random = randomIntegers(SEED);
  const [sockets, timers] = [resources('TCPSocketWrap'), resources('Timeout')];
  for (let wave = 0; wave < 4; wave += 1) {
    const clients = LIVES.flatMap((live) => Array.from({ length: 4 }, () => comeAndGo(server.url, live, random)));
    await server.local.engine.insert('FED', Array.from({ length: 50 }, (_, index) => new Map<string, string | number>([['ID', `k${index}`], ['N', index]])));
    await Promise.all(clients);
  }
  let queries = NaN;
  const look = async (): Promise<void> => {
    queries = await pushQueries();
  };
  await until(() => {
    void look();
    return queries === 0 && resources('TCPSocketWrap') <= sockets && resources('Timeout') <= timers;
  }, 10_000);
});
