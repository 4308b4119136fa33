import { expect, test } from 'vitest';
import { throughHandover } from '../../../src/engine/cluster/through-handover.js';
import { WrappedStream } from '../../../src/engine/threads/wrapped-stream.js';
import { manualClock, type Clock } from '../../../src/env/index.js';
import { RequestError } from '../../../src/errors/index.js';
import type { OutputRow, RowStream, StreamEnd } from '../../../src/runtime/index.js';

const notReady = new RequestError('NOT_READY', 'later');
const row = (value: string): OutputRow => ({ values: [value], tombstone: false });

/** Its sleeps pass at once. */
function hastyClock(): Clock {
  const clock = manualClock();
  return { ...clock, sleep: (ms, signal) => (signal?.aborted === true ? Promise.reject(new Error('aborted')) : Promise.resolve(clock.advance(ms))) };
}

function streamOf(values: readonly string[], failure: Error | null = null): RowStream {
  async function* chunks(): AsyncGenerator<readonly OutputRow[], StreamEnd> {
    for (const value of values) yield await Promise.resolve([row(value)]);
    if (failure !== null) throw failure;
    return 'complete';
  }
  return new WrappedStream({ started: Promise.resolve(), chunks: chunks(), cancel: () => undefined });
}

async function taken(stream: RowStream, into: unknown[] = []): Promise<unknown[]> {
  for await (const rows of stream) into.push(...rows.map(({ values }) => values[0]));
  return into;
}

test('tries are begun anew while they are refused, by whatever part of them', async () => {
  const tries = [() => Promise.reject(notReady), () => Promise.resolve(streamOf([], notReady)), () => Promise.resolve(streamOf(['a', 'b']))];
  const stream = throughHandover({ attempt: () => tries.shift()?.() ?? Promise.reject(new Error('one try too many')), clock: hastyClock(), timeoutMs: 20_000 });
  expect(await taken(stream)).toEqual(['a', 'b']);
  expect([stream.endReason, tries.length]).toEqual(['complete', 0]);
});

test('the wait ends after ten seconds, or with the time for reaching other servers: then the refusal is the answer', async () => {
  for (const [timeoutMs, waitedMs] of [[20_000, 10_000], [300, 300], [0, 0]] as const) {
    const clock = hastyClock();
    await expect(taken(throughHandover({ attempt: () => Promise.reject(notReady), clock, timeoutMs }))).rejects.toBe(notReady);
    expect(clock.monotonic()).toBe(waitedMs);
  }
});

test('once a row has gone out, and after any other failure, nothing is begun again', async () => {
  const got: unknown[] = [];
  let tries = 0;
  const attempt = (stream: () => Promise<RowStream>) => (): Promise<RowStream> => (tries++, stream());
  await expect(taken(throughHandover({ attempt: attempt(() => Promise.resolve(streamOf(['a'], notReady))), clock: hastyClock(), timeoutMs: 20_000 }), got)).rejects.toBe(notReady);
  expect([got, tries]).toEqual([['a'], 1]);
  const dropped = new RequestError('NOT_FOUND', 'dropped');
  await expect(taken(throughHandover({ attempt: attempt(() => Promise.reject(dropped)), clock: hastyClock(), timeoutMs: 20_000 }))).rejects.toBe(dropped);
  expect(tries).toBe(2);
});

test('who leaves ends the wait', async () => {
  let tries = 0;
  const stream = throughHandover({
    attempt: () => {
      if (++tries === 2) stream.cancel();
      return Promise.reject(notReady);
    },
    clock: hastyClock(), timeoutMs: 20_000,
  });
  expect(await taken(stream)).toEqual([]);
  expect(tries).toBe(2);
});
