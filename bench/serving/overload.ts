import { randomIntegers } from '../bids.js';
import { startChild, type StartedChild } from '../children.js';
import { percentile } from '../cpu.js';
import { comeAndGo, LIVES } from './come-and-go.js';
import { keepAliveLoad, postBytes, type LoadResult } from './keep-alive-load.js';
import { pushQueries } from './push-and-scan.js';

const KEYS = 1000;
/** Queries a second that the server lets through in the run at ten times what it can. */
const SHARE_LET_THROUGH = 0.5;
const SETTLE_MS = 4000;
const PATIENCE_MS = 10_000;

export interface LoadFigures {
  readonly name: string;
  readonly perSecond: number;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Milliseconds of accepted and of refused requests. */
  readonly accepted: { readonly p50: number; readonly p99: number };
  readonly refused: { readonly p50: number; readonly p99: number };
  readonly moreRssMiB: number;
}

export interface VanishFigures {
  readonly clients: number;
  readonly seed: number;
  /** Until nothing was left of them, at most ten seconds. */
  readonly goneMs: number;
  /** Left then. */
  readonly queries: number;
  readonly sockets: number;
  readonly timers: number;
}

interface Run {
  readonly name: string;
  readonly server: StartedChild;
  readonly connections: number;
  readonly perSecond: number | null;
  readonly durationMs: number;
}

async function run({ name, server, connections, perSecond, durationMs }: Run): Promise<LoadFigures> {
  const url = await server.line;
  const requests = Array.from({ length: KEYS }, (_, index) => postBytes(url, '/query-stream', JSON.stringify({ sql: `SELECT * FROM totals WHERE id = 'k${index}';` })));
  const load = (ms: number): Promise<LoadResult> => keepAliveLoad({ url, connections, perSecond, durationMs: ms, request: (index) => requests[index % KEYS] ?? Buffer.alloc(0) });
  await load(Math.min(durationMs, SETTLE_MS));
  const before = (await server.order({ kind: 'resources' })).rssMiB;
  const loading = load(durationMs);
  let peak = before;
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      peak = Math.max(peak, (await server.order({ kind: 'resources' })).rssMiB);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const result = await loading;
  isDone = true;
  await sampling;
  const times = (status: (each: number) => boolean): { readonly p50: number; readonly p99: number } => {
    const of = result.times.filter((_, index) => status(result.statuses[index] ?? 0));
    return { p50: percentile(of, 0.5), p99: percentile(of, 0.99) };
  };
  return { name, perSecond: result.answers / result.seconds, byStatus: result.byStatus, accepted: times((each) => each === 200), refused: times((each) => each !== 200), moreRssMiB: peak - before };
}

/** At saturation, then at ten times of it with the server's limits set to half of what it can. */
export async function measureOverload(durationMs: number): Promise<readonly [LoadFigures, LoadFigures]> {
  const open = startChild('pull', JSON.stringify({ keys: KEYS }));
  const saturated = await run({ name: 'saturation', server: open, connections: 10, perSecond: null, durationMs });
  await open.stop();
  const properties = { 'ksql.query.pull.max.qps': String(Math.floor(saturated.perSecond * SHARE_LET_THROUGH)), 'ksql.query.pull.max.concurrent.requests': '64' };
  const limited = startChild('pull', JSON.stringify({ keys: KEYS, properties }));
  const overloaded = await run({ name: 'ten times', server: limited, connections: 100, perSecond: saturated.perSecond * 10, durationMs });
  await limited.stop();
  return [saturated, overloaded];
}

/** Clients that vanish at random while rows come, and what is left of them. */
export async function measureVanishing(clients: number, seed: number): Promise<VanishFigures> {
  const server = startChild('pull', JSON.stringify({ keys: 5000, properties: { 'ksql.max.push.queries': String(clients) } }));
  const url = await server.line;
  const random = randomIntegers(seed);
  await comeAndGo(url, 'push', () => 0);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = await server.order({ kind: 'resources' });
  for (let from = 0; from < clients; from += 50) {
    const some = Array.from({ length: Math.min(50, clients - from) }, () => comeAndGo(url, LIVES[random(LIVES.length)] ?? 'push', random));
    await server.order({ kind: 'insert', count: 100 });
    await Promise.all(some);
  }
  const gone = performance.now();
  for (;;) {
    const after = await server.order({ kind: 'resources' });
    const left = { queries: await pushQueries(url), sockets: after.sockets - before.sockets, timers: after.timers - before.timers };
    const goneMs = performance.now() - gone;
    if (goneMs < PATIENCE_MS && Object.values(left).some((count) => count > 0)) continue;
    await server.stop();
    return { clients, seed, goneMs, ...left };
  }
}
