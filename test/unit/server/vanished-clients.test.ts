import { constants, connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { manualClock } from '../../../src/env/index.js';
import { everyPulse, Pulse } from '../../../src/server/pulse.js';
import { TestServer, until } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open();
  await server.run("CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
});
afterAll(() => server.close());

/** A way to the server that can fall silent: nothing passes any more, and nobody is told. */
class Way {
  private readonly sockets = new Set<Socket>();
  private readonly listener = createServer((client) => {
    const inner = connect(Number(new URL(server.url).port), '127.0.0.1');
    for (const socket of [client, inner]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.pipe(inner);
    inner.pipe(client);
    inner.on('close', () => (this.isCut = true));
  });
  isCut = false;

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.listener.listen(0, '127.0.0.1', () => resolve()));
    const address = this.listener.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }
  fallSilent(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.resume();
    }
  }
  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.listener.close();
  }
}

const pushQueries = async (): Promise<number> => {
  const [entity] = await server.local.engine.execute('SHOW QUERIES;');
  return entity?.['@type'] === 'queries' ? entity.queries.length : -1;
};

test('an HTTP/2 client that vanished without a word takes its push query along', async () => {
  const way = new Way();
  const session = connectHttp2(await way.open());
  session.on('error', () => undefined);
  const stream = session.request({ ':method': 'POST', ':path': '/query-stream' });
  stream.on('error', () => undefined);
  stream.end(JSON.stringify({ sql: 'SELECT * FROM s EMIT CHANGES;' }));
  await new Promise((resolve) => stream.once('response', resolve));
  await until(async () => (await pushQueries()) === 1, 20_000);
  way.fallSilent();
  await until(() => way.isCut, 20_000);
  await until(async () => (await pushQueries()) === 0, 20_000);
  session.destroy();
  stream.close(constants.NGHTTP2_CANCEL);
  way.close();
});

test('so does a WebSocket', async () => {
  const way = new Way();
  const request = encodeURIComponent(JSON.stringify({ ksql: 'SELECT * FROM s EMIT CHANGES;' }));
  const socket = new WebSocket(`${(await way.open()).replace('http', 'ws')}/ws/query?request=${request}`);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('message', resolve));
  await until(async () => (await pushQueries()) === 1, 20_000);
  way.fallSilent();
  await until(() => way.isCut, 20_000);
  await until(async () => (await pushQueries()) === 0, 20_000);
  socket.terminate();
  way.close();
});

test('one that answers is never given up; one that does not, after five seconds and a little', async () => {
  const clock = manualClock();
  const ended = new AbortController();
  const questions: (() => void)[] = [];
  const pulse = new Pulse((answered) => questions.push(answered));
  let isGone = false;
  void everyPulse(clock, ended.signal, () => (isGone ||= !pulse.beat()));
  const pass = async (): Promise<void> => {
    await clock.advance(1500);
    for (let turn = 0; turn < 4; turn += 1) await clock.yieldTurn();
  };
  for (let look = 0; look < 10; look += 1) {
    await pass();
    for (const answered of questions.splice(0)) answered();
  }
  expect(isGone).toBe(false);
  for (let look = 0; look < 3; look += 1) await pass();
  expect(isGone).toBe(false);
  await pass();
  expect(isGone).toBe(true);
  ended.abort();
});
