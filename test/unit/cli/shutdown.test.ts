import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, start, waitFor } from './command.js';

const serve = (data: string): ReturnType<typeof start> => start(['server', '--set', 'listeners=http://127.0.0.1:0', '--set', `ksql.streams.state.dir=${data}`]);
const ended = (child: ReturnType<typeof start>): Promise<number | null> => new Promise((resolve) => child.once('exit', (code) => resolve(code)));
async function urlOf(child: ReturnType<typeof start>): Promise<string> {
  return /ready at (\S+)/.exec(await waitFor(child, 'ready at '))?.[1] ?? '';
}
const SQL = "CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;";

/** Starts a push query and gives what it has sent when its connection is over. */
async function push(url: string): Promise<{ readonly end: Promise<string> }> {
  const response = await fetch(`${url}/query-stream`, { method: 'POST', body: JSON.stringify({ sql: 'SELECT * FROM s EMIT CHANGES;' }) });
  return { end: response.text().catch(() => 'cut') };
}

test('SIGTERM under load ends push queries, commits and leaves within ten seconds; what was acknowledged is there', async () => {
  const data = join(freshFolder(), 'data');
  const child = serve(data);
  const url = await urlOf(child);
  const post = (path: string, body: string): Promise<Response> => fetch(url + path, { method: 'POST', body });
  expect((await post('/ksql', JSON.stringify({ ksql: SQL, streamsProperties: { 'auto.offset.reset': 'earliest' } }))).status).toBe(200);
  const open = await Promise.all(Array.from({ length: 20 }, () => push(url)));
  let acknowledged = 0;
  let isOver = false;
  const load = Promise.all(Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const answer = await post('/import?target=s', '{"k":"a","v":1}\n').catch(() => null);
      if (answer?.status !== 200) return;
      acknowledged += 1;
    }
  }));
  while (acknowledged < 40) await new Promise((resolve) => setImmediate(resolve));
  const code = ended(child);
  const asked = performance.now();
  child.kill('SIGTERM');
  expect(await code).toBe(0);
  isOver = true;
  expect(performance.now() - asked).toBeLessThan(10_000);
  await Promise.all([...open.map(({ end }) => end), load]);
  const counted = run(['--data', data, '--output', 'csv', '-e', "SELECT n FROM t WHERE k = 'a';"]);
  const rows = run(['export', 's', '--data', data, '--metadata', 'none']).out.trim().split('\n').length;
  expect(rows).toBeGreaterThanOrEqual(acknowledged);
  expect(Number(counted.out.split('\n')[1])).toBeGreaterThan(0);
});

test('the second signal leaves at once, also while answers are still being drained', async () => {
  const child = serve(join(freshFolder(), 'data'));
  const url = await urlOf(child);
  // A request whose body never ends keeps the server draining.
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) });
  const stuck = fetch(`${url}/ksql`, { method: 'POST', body, duplex: 'half' } as RequestInit).catch(() => null);
  await fetch(`${url}/livez`);
  const code = ended(child);
  child.kill('SIGTERM');
  while ((await fetch(`${url}/livez`).catch(() => null)) !== null) await new Promise((resolve) => setImmediate(resolve));
  const asked = performance.now();
  child.kill('SIGTERM');
  expect(await code).toBe(130);
  expect(performance.now() - asked).toBeLessThan(2000);
  await stuck;
});
