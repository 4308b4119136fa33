import type { Clock } from '../../env/index.js';
import type { RowEvaluation, TaskGroupClient } from '../../runtime/index.js';
import type { Row } from '../../types/index.js';
import type { TaskThread } from './task-thread.js';

const IDLE_MS = 60_000;

/** What of a thread is used here. */
export type EvaluationThread = Pick<TaskThread, 'ended' | 'hasEnded' | 'close'> & { readonly client: Pick<TaskGroupClient, 'evaluate'> };

interface Waiting {
  readonly evaluation: RowEvaluation;
  readonly resolve: (rows: readonly (Row | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Evaluates expressions with functions of the folder for pull queries and inserts: one thread for all, opened when it is needed and
 * ended when it is not. Evaluations are done in order, so where the thread ends the oldest one is to blame: it fails, and
 * the others are done by the next thread.
 */
export class Evaluator {
  private thread: EvaluationThread | null = null;
  private waiting: Waiting[] = [];
  private uses = 0;
  private isClosed = false;

  constructor(
    private readonly openThread: () => EvaluationThread,
    private readonly clock: Clock,
  ) {}

  evaluate(evaluation: RowEvaluation): Promise<readonly (Row | null)[]> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { evaluation, resolve, reject };
      this.waiting.push(one);
      this.uses += 1;
      if (this.thread === null) this.open();
      else this.ask(this.thread, one);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.thread?.close();
  }

  private open(): void {
    const thread = this.openThread();
    this.thread = thread;
    for (const one of this.waiting) this.ask(thread, one);
    void thread.ended.then((reason) => {
      if (this.thread === thread) this.thread = null;
      const [oldest, ...others] = this.waiting;
      oldest?.reject(reason);
      this.waiting = others;
      if (this.isClosed) for (const one of this.waiting.splice(0)) one.reject(reason);
      else if (others.length > 0) this.open();
    });
    void this.endWhenIdle(thread);
  }

  private ask(thread: EvaluationThread, one: Waiting): void {
    const answered = (): boolean => {
      const isWaiting = this.thread === thread && this.waiting.includes(one);
      this.waiting = this.waiting.filter((each) => each !== one);
      return isWaiting;
    };
    // Failing with the thread is settled by its end.
    thread.client.evaluate(one.evaluation).then(
      (rows) => {
        if (answered()) one.resolve(rows);
      },
      (error: unknown) => {
        if (!thread.hasEnded && answered()) one.reject(error);
      },
    );
  }

  private async endWhenIdle(thread: EvaluationThread): Promise<void> {
    const ended = new AbortController();
    void thread.ended.then(() => ended.abort());
    while (this.thread === thread) {
      const { uses } = this;
      await this.clock.sleep(IDLE_MS, ended.signal).catch(() => undefined);
      if (this.thread !== thread || uses !== this.uses || this.waiting.length > 0) continue;
      this.thread = null;
      await thread.close();
    }
  }
}
