import { childCpuMs, startChild, type StartedChild } from '../children.js';
import { percentile } from '../cpu.js';
import { postBytes } from './keep-alive-load.js';
import { RawClient } from './raw-client.js';

const HEAD_LINES = 6;
const FIRST_ROWS = 60;
const WARM_UP = 20;

export interface PushFigures {
  readonly firstRow: { readonly p50: number; readonly p99: number };
  readonly clients: number;
  /** Of the server with so many clients. */
  readonly rssMiB: number;
  /** From the insert to the last row at the last client. */
  readonly spreadMs: number;
  /** CPU microseconds of the server a row and client. */
  readonly rowCpu: number;
  /** From cutting all connections to no socket and no query left. */
  readonly goneMs: number;
}

const push = (url: string, offset: string): Buffer => postBytes(url, '/query-stream', JSON.stringify({ sql: 'SELECT id, n FROM fed EMIT CHANGES;', properties: { 'auto.offset.reset': offset } }));

/** Milliseconds from a POST to its first row, one after the other. */
async function firstRows(url: string, server: StartedChild): Promise<number[]> {
  await server.order({ kind: 'insert', count: 10 });
  const taken: number[] = [];
  for (let index = 0; index < FIRST_ROWS; index++) {
    const started = performance.now();
    const client = await RawClient.open(url, push(url, 'earliest'));
    // Head, chunk lengths and metadata come before the first row.
    await client.whenLines(HEAD_LINES + 4);
    if (index >= WARM_UP) taken.push(performance.now() - started);
    client.socket.destroy();
    await client.whenClosed();
  }
  return taken;
}

export async function measurePush(clients: number, rows: number): Promise<PushFigures> {
  const server = startChild('pull', JSON.stringify({ keys: 100, properties: { 'ksql.max.push.queries': String(clients + 10) } }));
  const url = await server.line;
  const first = await firstRows(url, server);
  const base = (await server.order({ kind: 'resources' })).sockets;
  const open: RawClient[] = [];
  for (let from = 0; from < clients; from += 50) {
    const some = await Promise.all(Array.from({ length: Math.min(50, clients - from) }, () => RawClient.open(url, push(url, 'latest'))));
    await Promise.all(some.map((client) => client.whenLines(HEAD_LINES + 1)));
    open.push(...some);
  }
  const before = open.map((client) => client.lines);
  const cpu = childCpuMs(server.child);
  const started = performance.now();
  for (let sent = 0; sent < rows; sent += 10) await server.order({ kind: 'insert', count: 10 });
  await Promise.all(open.map((client, index) => client.whenLines((before[index] ?? 0) + rows)));
  const spreadMs = performance.now() - started;
  const rowCpu = ((childCpuMs(server.child) - cpu) * 1000) / (rows * clients);
  const { rssMiB } = await server.order({ kind: 'resources' });
  const cut = performance.now();
  for (const client of open) client.socket.resetAndDestroy();
  while ((await server.order({ kind: 'resources' })).sockets > base || (await pushQueries(url)) > 0);
  const goneMs = performance.now() - cut;
  await server.stop();
  return { firstRow: { p50: percentile(first, 0.5), p99: percentile(first, 0.99) }, clients, rssMiB, spreadMs, rowCpu, goneMs };
}

/** Push answers that are open, by the server's own count. */
export async function pushQueries(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
  return Number(/^ksql_push_queries_active (\d+)/m.exec(text)?.[1] ?? NaN);
}

export interface ScanFigures {
  readonly rows: number;
  readonly seconds: number;
  readonly moreRssMiB: number;
  readonly stallMs: number;
  /** From cutting the connection in the middle of a scan to a free place for the next query. */
  readonly cancelMs: number;
}

const scan = (url: string): Buffer => postBytes(url, '/query-stream', JSON.stringify({ sql: 'SELECT id, cnt, total FROM totals;' }));

export async function measureScan(keys: number): Promise<ScanFigures> {
  const properties = { 'ksql.query.pull.max.concurrent.requests': '1', 'ksql.query.pull.coordinator.queue.capacity': '0' };
  const server = startChild('pull', JSON.stringify({ keys, properties }));
  const url = await server.line;
  const warm = await RawClient.open(url, scan(url));
  await warm.whenLines(keys / 10);
  warm.socket.destroy();
  await untilFree(url);
  const before = await server.order({ kind: 'resources' });
  const started = performance.now();
  const client = await RawClient.open(url, scan(url));
  let peak = before.rssMiB;
  let stallMs = 0;
  for (let isDone = false; !isDone; ) {
    isDone = await Promise.race([client.whenLines(keys).then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100))]);
    const now = await server.order({ kind: 'resources' });
    peak = Math.max(peak, now.rssMiB);
    stallMs = Math.max(stallMs, now.stallMs);
  }
  const seconds = (performance.now() - started) / 1000;
  client.socket.destroy();
  await untilFree(url);
  const half = await RawClient.open(url, scan(url));
  await half.whenLines(keys / 4);
  const cut = performance.now();
  half.socket.resetAndDestroy();
  await untilFree(url);
  const cancelMs = performance.now() - cut;
  await server.stop();
  return { rows: keys, seconds, moreRssMiB: peak - before.rssMiB, stallMs, cancelMs };
}

/** Only one pull query has a place: resolves when it is free. */
async function untilFree(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/query-stream`, { method: 'POST', body: JSON.stringify({ sql: "SELECT * FROM totals WHERE id = 'k1';" }) });
    await answer.text();
    if (answer.status === 200) return;
  }
}
