import { connect as connectHttp2 } from 'node:http2';
import { WebSocket } from 'ws';
import { postBytes } from './keep-alive-load.js';
import { RawClient } from './raw-client.js';

/** Kinds of clients, and how each of them goes. */
export const LIVES = ['push', 'scan', 'http2', 'webSocket'] as const;
export type Life = (typeof LIVES)[number];

const LONGEST_MS = 400;
const CANCEL = 8;
const PUSH = { sql: 'SELECT id, n FROM fed EMIT CHANGES;', properties: { 'auto.offset.reset': 'latest' } };
const SCAN = { sql: 'SELECT * FROM totals;' };

/** One client that goes after a random time: by reset or by end, by frame or with its whole connection. */
export async function comeAndGo(url: string, life: Life, random: (below: number) => number): Promise<void> {
  const leave = new Promise((resolve) => setTimeout(resolve, random(LONGEST_MS)));
  const isRude = random(2) === 0;
  if (life === 'http2') await overHttp2(url, leave, isRude);
  else if (life === 'webSocket') await overWebSocket(url, leave);
  else {
    const client = await RawClient.open(url, postBytes(url, '/query-stream', JSON.stringify(life === 'push' ? PUSH : SCAN)));
    await leave;
    if (isRude) client.socket.resetAndDestroy();
    else client.socket.destroy();
  }
}

async function overHttp2(url: string, leave: Promise<unknown>, isRude: boolean): Promise<void> {
  const session = connectHttp2(url);
  session.on('error', () => undefined);
  const stream = session.request({ ':method': 'POST', ':path': '/query-stream' });
  stream.on('error', () => undefined);
  stream.resume();
  stream.end(JSON.stringify(PUSH));
  await leave;
  if (isRude) {
    session.destroy();
    return;
  }
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.close(CANCEL);
  await closed;
  session.close();
}

async function overWebSocket(url: string, leave: Promise<unknown>): Promise<void> {
  const request = encodeURIComponent(JSON.stringify({ ksql: PUSH.sql }));
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/query?request=${request}`);
  socket.on('error', () => undefined);
  await leave;
  socket.terminate();
}
