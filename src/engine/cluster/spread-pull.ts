import type { Clock } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { OutputRow, PullParameters, RowStream, Spread, StreamEnd } from '../../runtime/index.js';
import type { CachedPull } from '../pull-cache.js';
import { WrappedStream } from '../threads/wrapped-stream.js';
import type { PeerPull, Peers } from './peers.js';

export interface SpreadPull {
  readonly cached: CachedPull;
  readonly parameters: PullParameters;
  readonly spread: Spread;
  readonly request: Omit<PeerPull, 'partitions' | 'queryId'>;
  /** What the caller proved to be with: the other servers ask for it too. */
  readonly credentials: string | null;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * A pull query over a table whose tasks several servers have: each answers for its own, all at once, and the rows come one
 * server after the other. A server that has other tasks than it is asked for refuses, so an answer is whole or there is none.
 */
export function spreadPull(pull: SpreadPull): RowStream {
  const { cached, parameters, spread } = pull;
  const hosts = spread.others.map(({ host, partitions }) => {
    if (host === null) throw new RequestError('NOT_READY', 'Another server has rows of this table and does not say where it is', { hint: 'Set ksql.advertised.listener on every server.' });
    return { host, partitions };
  });
  const local = cached.pull.execute({ ...parameters, partitions: spread.own });
  const ended = new AbortController();
  return new WrappedStream({
    started: Promise.resolve(),
    chunks: rowsOf(pull, local, hosts, ended),
    reached: () => local.reached,
    cancel: () => {
      ended.abort();
      local.cancel();
    },
  });
}

async function* rowsOf(
  { cached, parameters, request, credentials, peers, clock, timeoutMs }: SpreadPull,
  local: RowStream,
  hosts: readonly { readonly host: string; readonly partitions: readonly number[] }[],
  ended: AbortController,
): AsyncGenerator<readonly OutputRow[], StreamEnd> {
  const { plan } = cached;
  // One row a key, wherever it is: what is found needs no more asking.
  const keys = parameters.keys?.length ?? (plan.access.kind === 'keys' ? plan.access.keys.length : Infinity);
  const isOneRow = keys < Infinity && cached.catalog.sources.get(plan.source)?.window === null && plan.filter === null;
  let left = Math.min(plan.limit ?? Infinity, isOneRow ? keys : Infinity);
  const late = timeLimit(clock, timeoutMs, ended);
  function take(rows: readonly OutputRow[]): readonly OutputRow[] {
    const taken = rows.slice(0, left);
    left -= taken.length;
    return taken;
  }
  try {
    const found = isOneRow ? await allOf(local) : null;
    if (found !== null && found.length >= left) {
      yield take(found);
      return 'complete';
    }
    // All have begun to answer before the first row goes out: a server that cannot leaves a refusal, not half an answer.
    const answers = await Promise.all(hosts.map(({ host, partitions }) => begun(peers.pull(host, { ...request, queryId: plan.queryId, partitions }, credentials, ended.signal))));
    if (found !== null) yield take(found);
    else for await (const rows of local) yield take(rows);
    for (const rest of answers) {
      for await (const rows of rest) {
        if (left <= 0) break;
        yield take(rows);
      }
    }
    return 'complete';
  } finally {
    late.abort();
    ended.abort();
    local.cancel();
  }
}

async function allOf(stream: RowStream): Promise<OutputRow[]> {
  const all: OutputRow[] = [];
  for await (const rows of stream) all.push(...rows);
  return all;
}

/** Resolves with the first rows at hand. */
async function begun(answer: AsyncIterable<readonly OutputRow[]>): Promise<AsyncIterable<readonly OutputRow[]>> {
  const chunks = answer[Symbol.asyncIterator]();
  const first = await chunks.next();
  async function* all(): AsyncGenerator<readonly OutputRow[]> {
    for (let step = first; step.done !== true; step = await chunks.next()) yield step.value;
  }
  return all();
}

/** Ends what is under way after so long; returns how to lift the limit. */
function timeLimit(clock: Clock, ms: number, ended: AbortController): AbortController {
  const lifted = new AbortController();
  void clock.sleep(ms, lifted.signal).then(() => ended.abort(), () => undefined);
  return lifted;
}
