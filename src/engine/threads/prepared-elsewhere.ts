import type { PullPlan } from '../../plan/index.js';
import type { OutputRow, PreparedPull, PullParameters, RowStream, StreamEnd } from '../../runtime/index.js';
import type { TaskThread } from './task-thread.js';
import { WrappedStream } from './wrapped-stream.js';

/** A pull query prepared in the thread that `current` names, and again in the one that follows it. `current` throws where there is none. */
export async function preparedElsewhere(current: () => TaskThread, plan: PullPlan): Promise<PreparedPull> {
  let thread = current();
  let prepared = thread.client.preparePull(plan);
  await prepared;
  const inCurrent = (): Promise<PreparedPull> => {
    const now = current();
    if (now !== thread) {
      thread = now;
      prepared = now.client.preparePull(plan);
      prepared.catch(() => undefined); // Told to whoever executes it.
    }
    return prepared;
  };
  return {
    execute: (parameters) => executed(inCurrent, parameters),
    close: () => void prepared.then((pull) => pull.close(), () => undefined),
  };
}

function executed(prepared: () => Promise<PreparedPull>, parameters: PullParameters | undefined): RowStream {
  let stream: RowStream | null = null;
  let isCancelled = false;
  async function* chunks(): AsyncGenerator<readonly OutputRow[], StreamEnd> {
    const pull = await prepared();
    if (isCancelled) return 'complete';
    stream = pull.execute(parameters);
    yield* stream;
    return stream.endReason ?? 'complete';
  }
  return new WrappedStream({
    started: Promise.resolve(),
    chunks: chunks(),
    reached: () => stream?.reached ?? null,
    cancel: () => {
      isCancelled = true;
      stream?.cancel();
    },
  });
}
