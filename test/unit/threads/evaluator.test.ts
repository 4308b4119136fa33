import { expect, test } from 'vitest';
import { Evaluator, type EvaluationThread } from '../../../src/engine/threads/evaluator.js';
import { manualClock } from '../../../src/env/index.js';
import { RequestError, type MillraceError } from '../../../src/errors/index.js';
import type { RowEvaluation } from '../../../src/runtime/index.js';
import type { Row } from '../../../src/types/index.js';

const evaluation = (value: string): RowEvaluation => ({ filter: null, output: [], keyColumns: 0, rows: [[value]], failures: 'null' });

/** A thread that answers when it is told to, in order. */
class FakeThread implements EvaluationThread {
  hasEnded = false;
  private readonly asked: { readonly rows: readonly Row[]; readonly resolve: (rows: readonly Row[]) => void; readonly reject: (error: Error) => void }[] = [];
  private settle: (reason: MillraceError) => void = () => undefined;
  readonly ended = new Promise<MillraceError>((resolve) => {
    this.settle = resolve;
  });
  readonly client = {
    evaluate: ({ rows }: RowEvaluation): Promise<readonly Row[]> => new Promise((resolve, reject) => this.asked.push({ rows, resolve, reject })),
  };
  answerOne(): void {
    const one = this.asked.shift();
    one?.resolve(one.rows);
  }
  refuseOne(): void {
    this.asked.shift()?.reject(new RequestError('RECORD', 'fails'));
  }
  end(message: string): void {
    const reason = new RequestError('FUNCTION_OVERRUN', message);
    this.hasEnded = true;
    for (const one of this.asked.splice(0)) one.reject(reason);
    this.settle(reason);
  }
  close(): Promise<void> {
    this.end('closed');
    return Promise.resolve();
  }
}

function world() {
  const threads: FakeThread[] = [];
  const clock = manualClock();
  const evaluator = new Evaluator(() => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  }, clock);
  return { threads, clock, evaluator };
}

test('no thread before the first evaluation, one for all, none after a minute without use', async () => {
  const { threads, clock, evaluator } = world();
  expect(threads).toEqual([]);
  const both = [evaluator.evaluate(evaluation('a')), evaluator.evaluate(evaluation('b'))];
  expect(threads).toHaveLength(1);
  threads[0]?.answerOne();
  threads[0]?.answerOne();
  expect(await Promise.all(both)).toEqual([[['a']], [['b']]]);
  await clock.advance(50_000);
  const again = evaluator.evaluate(evaluation('c'));
  threads[0]?.answerOne();
  await again;
  await clock.advance(50_000);
  expect(threads[0]?.hasEnded).toBe(false);
  await clock.advance(60_000);
  await clock.advance(60_000);
  expect(threads[0]?.hasEnded).toBe(true);
  void evaluator.evaluate(evaluation('d')).catch(() => undefined);
  expect(threads).toHaveLength(2);
});

test('where a thread ends, the oldest evaluation fails and the others are done by the next thread', async () => {
  const { threads, evaluator } = world();
  const [first, second, third] = ['a', 'b', 'c'].map((value) => evaluator.evaluate(evaluation(value)));
  threads[0]?.end('hangs');
  await expect(first).rejects.toThrow('hangs');
  expect(threads).toHaveLength(2);
  threads[1]?.answerOne();
  expect(await second).toEqual([['b']]);
  threads[1]?.refuseOne();
  await expect(third).rejects.toThrow('fails');
});

test('closing fails what waits', async () => {
  const { evaluator } = world();
  const waits = [evaluator.evaluate(evaluation('a')), evaluator.evaluate(evaluation('b'))].map((each) => expect(each).rejects.toThrow('closed'));
  await evaluator.close();
  await Promise.all(waits);
});
