import type { Clock } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { OutputRow, RowStream, StreamEnd } from '../../runtime/index.js';
import { WrappedStream } from '../threads/wrapped-stream.js';

/** The longest that a pull query waits for tasks that change hands; then the last refusal is the answer. */
const HANDOVER_MS = 10_000;
const AGAIN_MS = 50;

export interface HandoverPull {
  /** One try, by what is known of the tasks' owners at that moment. */
  readonly attempt: () => Promise<RowStream>;
  readonly clock: Clock;
  /** How long a pull query may take to reach other servers; bounds the wait too. */
  readonly timeoutMs: number;
}

/**
 * Rows of a pull query over tasks that may be changing hands: a try that is refused as not ready (RequestError NOT_READY) before its
 * first row is begun anew. Once a row has gone out nothing is begun again: no row comes twice.
 */
export function throughHandover(pull: HandoverPull): RowStream {
  const ended = new AbortController();
  const place: Place = { stream: null, ended };
  return new WrappedStream({
    started: Promise.resolve(),
    chunks: rowsOf(pull, place),
    reached: () => place.stream?.reached ?? null,
    cancel: () => {
      ended.abort();
      place.stream?.cancel();
    },
  });
}

interface Place {
  stream: RowStream | null;
  readonly ended: AbortController;
}

async function* rowsOf({ attempt, clock, timeoutMs }: HandoverPull, place: Place): AsyncGenerator<readonly OutputRow[], StreamEnd> {
  const { signal } = place.ended;
  const until = clock.monotonic() + Math.min(HANDOVER_MS, timeoutMs);
  while (!signal.aborted) {
    let isAnswering = false;
    try {
      const stream = await attempt();
      place.stream = stream;
      // The reader may have left while the owners were asked for.
      if (signal.aborted) stream.cancel();
      for await (const rows of stream) {
        isAnswering = true;
        yield rows;
      }
      return 'complete';
    } catch (error) {
      if (isAnswering || !isNotReady(error) || clock.monotonic() >= until) throw error;
    }
    await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
  }
  return 'complete';
}

function isNotReady(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'NOT_READY';
}
