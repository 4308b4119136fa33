import { RequestError } from '../../errors/index.js';
import type { StreamEnd } from '../messages.js';
import type { CommittedRows, QueryRunner } from '../task/query-runner.js';
import { RowSender, type ChunkTarget } from './row-sender.js';

/** A query never waits for those who watch it: who falls this far behind is sent away. */
const BOUNDS = { rows: 65_536, bytes: 32 * 1024 * 1024 };

export interface SubscriptionOptions {
  readonly runner: QueryRunner;
  readonly target: ChunkTarget;
  readonly credit: number;
  readonly limit: number | null;
}

/** Watches what a running query writes from now on, as (key ++ value) of its sink, each row after its commit. */
export class Subscription {
  private readonly sender: RowSender;
  private left: number;
  private end: ((reason: StreamEnd) => void) | null = null;
  private fail: ((error: unknown) => void) | null = null;
  private readonly unsubscribe: () => void;

  constructor(options: SubscriptionOptions) {
    this.sender = new RowSender(options.target, options.credit, BOUNDS);
    this.left = options.limit ?? Infinity;
    this.unsubscribe = options.runner.subscribe((rows) => this.take(rows));
  }

  get waitingBytes(): number {
    return this.sender.waitingBytes;
  }

  addCredit(credit: number): void {
    this.sender.addCredit(credit);
  }

  cancel(): void {
    this.finish('complete');
  }

  /** The query was stopped. */
  stopped(): void {
    this.finish('queryStopped');
  }

  run(): Promise<StreamEnd> {
    return new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
      if (this.left <= 0) this.finish('limit');
    });
  }

  private take(rows: Parameters<CommittedRows>[0]): void {
    for (const { key, row } of rows) {
      if (this.left <= 0) break;
      this.left--;
      const values = [...(key ?? []), ...(row ?? [])];
      this.sender.add({ values, tombstone: row === null });
    }
    this.sender.send();
    if (this.left <= 0) void this.sender.whenSent().then(() => this.finish('limit'));
    else if (this.sender.isFull) this.giveUp();
  }

  private giveUp(): void {
    this.unsubscribe();
    this.sender.close();
    this.fail?.(new RequestError('CLIENT_TOO_SLOW', 'Client too slow: rows of the query had to be dropped'));
  }

  private finish(reason: StreamEnd): void {
    this.unsubscribe();
    this.sender.close();
    this.end?.(reason);
  }
}
