import { median, percentile } from '../cpu.js';
import { childCpuMs, startChild, type StartedChild } from '../children.js';
import { keepAliveLoad, postBytes, type LoadResult } from './keep-alive-load.js';

/** Keys of the table that is asked. */
export const KEYS = 10_000;
const CONNECTIONS = 10;
const WARM_UP_MS = 1500;
/** Long enough for several collections of the whole heap. */
const HALF_MS = 24_000;
/** Records a second into the windowed query that runs beside the load. */
export const FED_PER_SECOND = 20_000;

export interface PullFigures {
  /** Requests a second, ours and the bare server's, and CPU microseconds a request. */
  readonly rate: number;
  readonly bareRate: number;
  readonly cpu: number;
  readonly bareCpu: number;
  readonly half: { readonly perSecond: number; readonly p50: number; readonly p99: number; readonly lagRecords: number };
}

interface Target {
  readonly url: string;
  readonly child: StartedChild;
  readonly request: (index: number) => Buffer;
}

async function round(target: Target, durationMs: number): Promise<{ readonly rate: number; readonly cpu: number }> {
  const before = childCpuMs(target.child.child);
  const result = await keepAliveLoad({ url: target.url, request: target.request, connections: CONNECTIONS, durationMs, perSecond: null });
  requireAnswers(result);
  return { rate: result.answers / result.seconds, cpu: ((childCpuMs(target.child.child) - before) * 1000) / result.answers };
}

function requireAnswers({ byStatus, answers }: LoadResult): void {
  if (byStatus.get(200) !== answers) throw new Error(`Not every request was answered: ${JSON.stringify([...byStatus])}`);
}

async function openTarget(mode: 'pull' | 'bare', argument: string): Promise<Target> {
  const child = startChild(mode, argument);
  const url = await child.line;
  const requests = Array.from({ length: 1000 }, (_, index) => postBytes(url, '/query-stream', JSON.stringify({ sql: `SELECT * FROM totals WHERE id = 'k${(index * 7919) % KEYS}';`, properties: {} })));
  return { url, child, request: (index) => requests[index % requests.length] ?? Buffer.alloc(0) };
}

/** The answer that our server gives, as long as all of them are. */
async function answerBytes({ url }: Target): Promise<string> {
  const answer = await fetch(`${url}/query-stream`, { method: 'POST', body: JSON.stringify({ sql: "SELECT * FROM totals WHERE id = 'k1';" }) });
  return answer.text();
}

/** Pull queries by key against a server of node:http that answers a constant body of the same size, in turn. */
export async function measurePullByKey(rounds: number, say: (text: string) => void): Promise<PullFigures> {
  const ours = await openTarget('pull', JSON.stringify({ keys: KEYS }));
  const bare = await openTarget('bare', await answerBytes(ours));
  const measured: { rate: number; cpu: number }[] = [];
  const baseline: { rate: number; cpu: number }[] = [];
  for (let index = 0; index < rounds; index++) {
    if (index === 0) for (const each of [ours, bare]) await round(each, WARM_UP_MS);
    baseline.push(await round(bare, 2000));
    measured.push(await round(ours, 2000));
    say(`round ${index + 1}: bare ${baseline.at(-1)?.rate.toFixed(0)}/s ${baseline.at(-1)?.cpu.toFixed(1)} µs, pull ${measured.at(-1)?.rate.toFixed(0)}/s ${measured.at(-1)?.cpu.toFixed(1)} µs`);
  }
  await bare.child.stop();
  const rate = median(measured.map((each) => each.rate));
  const half = await measureHalf(ours, rate / 2);
  await ours.child.stop();
  return { rate, bareRate: median(baseline.map((each) => each.rate)), cpu: median(measured.map((each) => each.cpu)), bareCpu: median(baseline.map((each) => each.cpu)), half };
}

/** Half of what saturates, while a windowed query is fed beside it. */
async function measureHalf(ours: Target, perSecond: number): Promise<PullFigures['half']> {
  await ours.child.order({ kind: 'feed' });
  const lags: number[] = [];
  const paced = (durationMs: number): Promise<LoadResult> => keepAliveLoad({ url: ours.url, request: ours.request, connections: 4 * CONNECTIONS, durationMs, perSecond });
  // The code of the fed query is compiled meanwhile, as that of the pull queries was before.
  await paced(3 * WARM_UP_MS);
  const load = paced(HALF_MS);
  const sampling = (async () => {
    for (let index = 0; index < HALF_MS / 1000 - 2; index++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      lags.push((await ours.child.order({ kind: 'resources' })).lagRecords);
    }
  })();
  const result = await load;
  await sampling;
  requireAnswers(result);
  return { perSecond, p50: percentile(result.latencies, 0.5), p99: percentile(result.latencies, 0.99), lagRecords: Math.max(...lags) };
}
