import type { TransientPlan } from '../../plan/index.js';
import type { StreamEnd } from '../messages.js';
import type { Partitioner, QueryOptions, RuntimeDependencies } from '../options.js';
import { evaluationOf, openSession } from '../task/open-session.js';
import { noErrors } from '../task/processing-log.js';
import type { QuerySession } from '../task/query-session.js';
import { outputOf } from './push-rows.js';
import { RowSender, type ChunkTarget } from './row-sender.js';

const IDLE_WAIT_MS = 1000;
/** Rows that may wait for a slow client before its query stops reading. */
const MAX_PENDING_ROWS = 16_384;

export interface PushRunnerOptions {
  readonly plan: TransientPlan;
  readonly dependencies: RuntimeDependencies;
  readonly query: QueryOptions;
  readonly partitioner: Partitioner | null;
  readonly target: ChunkTarget;
  /** Called once, when rows written from then on reach the query. */
  readonly onStarted: () => void;
  readonly credit: number;
  /** A pull query on a stream: ends where its topics ended at the start. */
  readonly endsAtStart: boolean;
}

/**
 * A push query: a query of its own without log and commits, whose state lives in memory and whose changes go out at once. A
 * client that takes no rows holds back its own query only.
 */
export class PushRunner {
  private readonly sender: RowSender;
  private readonly cancelled = new AbortController();
  private session: QuerySession | null = null;
  private left: number;

  constructor(private readonly options: PushRunnerOptions) {
    this.sender = new RowSender(options.target, options.credit, MAX_PENDING_ROWS);
    this.left = options.plan.limit ?? Infinity;
  }

  addCredit(credit: number): void {
    this.sender.addCredit(credit);
  }

  cancel(): void {
    this.cancelled.abort();
    this.sender.close();
    this.session?.wakeup();
  }

  /** Runs to the end. Rejects with what made the query fail. */
  async run(): Promise<StreamEnd> {
    if (this.left <= 0) {
      this.options.onStarted();
      return 'limit';
    }
    const session = await this.open();
    this.session = session;
    this.options.onStarted();
    try {
      await this.drive(session);
      await this.sender.whenSent();
    } finally {
      this.session = null;
      await session.abandon();
    }
    return this.left <= 0 ? 'limit' : 'complete';
  }

  private open(): Promise<QuerySession> {
    const { plan, dependencies, query, partitioner, endsAtStart } = this.options;
    const output = outputOf(plan, evaluationOf(dependencies));
    return openSession({
      plan,
      dependencies,
      query: { ...query, caching: false, drainedCommitDelayMs: 0 },
      partitioner,
      errors: noErrors(),
      member: null,
      assigned: null,
      wipesStores: false,
      endsAtStart,
      rows: (key, row) => {
        if (this.left <= 0) return;
        this.left--;
        this.sender.add(output(key, row));
      },
      listener: () => undefined,
      onLate: () => undefined,
      hooks: {
        committed: () => undefined,
        processed: () => this.sender.send(),
        backpressure: () => (this.sender.isFull ? this.sender.whenRoom() : null),
      },
    });
  }

  private async drive(session: QuerySession): Promise<void> {
    const { dependencies, endsAtStart } = this.options;
    while (!this.cancelled.signal.aborted && this.left > 0) {
      if (endsAtStart && session.finished) return;
      const worked = await session.round(IDLE_WAIT_MS);
      this.sender.send();
      if (worked) await dependencies.env.clock.yieldTurn();
    }
  }
}
