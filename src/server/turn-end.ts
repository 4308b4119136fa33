import type { Clock } from '../env/index.js';

/**
 * Does what it is given at the end of the event loop's turn, all of it together. Answers to requests that were read in one turn leave one
 * after the other this way: each that leaves by itself wakes its client, which costs the system more than the answer.
 */
export class TurnEnd {
  private waiting: (() => void)[] = [];

  constructor(private readonly clock: Pick<Clock, 'yieldTurn'>) {}

  /** `task` must not throw: those behind it would not be done. */
  add(task: () => void): void {
    if (this.waiting.push(task) === 1) void this.clock.yieldTurn().then(() => this.run());
  }

  private run(): void {
    const tasks = this.waiting;
    this.waiting = [];
    for (const task of tasks) task();
  }
}
