import { RequestError } from '../../errors/index.js';
import type { TransientPlan } from '../../plan/index.js';
import type { OutputRow, Positions, ResumeOptions, StreamEnd } from '../messages.js';
import type { Partitioner, QueryOptions, RuntimeDependencies } from '../options.js';
import { evaluationOf, openSession } from '../task/open-session.js';
import { noErrors } from '../task/processing-log.js';
import type { QuerySession } from '../task/query-session.js';
import { outputOf } from './push-rows.js';
import { retryWithSchemas } from './retry-with-schemas.js';
import { RowSender, type ChunkTarget } from './row-sender.js';
import { sharedPart, type SharedPart } from './shared-part.js';
import type { StreamTail } from './stream-tail.js';
import { TailClient } from './tail-client.js';
import type { StreamTails, TailLease } from './stream-tails.js';

const IDLE_WAIT_MS = 1000;
/** What may wait for a slow client before its query stops reading. */
const BOUNDS = { rows: 16_384, bytes: 8 * 1024 * 1024 };
/** A client that takes nothing for so long while its query is held back is sent away. */
const SLOW_CLIENT_MS = 60_000;

export interface PushRunnerOptions {
  readonly plan: TransientPlan;
  readonly dependencies: RuntimeDependencies;
  readonly query: QueryOptions;
  readonly partitioner: Partitioner | null;
  readonly tails: StreamTails;
  readonly target: ChunkTarget;
  /** Called once, when rows written from then on reach the query. */
  readonly onStarted: () => void;
  readonly credit: number;
  readonly resume: ResumeOptions;
  /** A pull query on a stream: ends where its topics ended at the start. */
  readonly endsAtStart: boolean;
}

/**
 * A push query: without log and commits, its state in memory, its changes sent at once. One that keeps no state reads by itself
 * only until it has caught up with its stream; from there on all such queries share one reader (`StreamTail`). A client that
 * takes no rows holds back its own query only.
 */
export class PushRunner {
  private readonly sender: RowSender;
  private readonly cancelled = new AbortController();
  private readonly part: SharedPart | null;
  private session: QuerySession | null = null;
  private left: number;
  private isStarted = false;

  constructor(private readonly options: PushRunnerOptions) {
    const { plan, target, credit, endsAtStart, resume } = options;
    this.sender = new RowSender(target, credit, BOUNDS);
    this.left = plan.limit ?? Infinity;
    this.part = endsAtStart ? null : sharedPart(plan);
    if (resume.from !== null && this.part === null) {
      throw new RequestError('BAD_REQUEST', 'This query cannot be resumed: it keeps state', { hint: 'Queries that filter and project one stream can; leave the continuation token out.' });
    }
  }

  get waitingBytes(): number {
    return this.sender.waitingBytes;
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
    if (this.left <= 0) this.started();
    else if (this.part === null) await this.alone(null, () => Promise.resolve(null));
    else await this.follow(this.part);
    await this.sender.whenSent();
    return this.left <= 0 ? 'limit' : 'complete';
  }

  private get goesOn(): boolean {
    return this.left > 0 && !this.cancelled.signal.aborted;
  }

  private started(): void {
    if (!this.isStarted) this.options.onStarted();
    this.isStarted = true;
  }

  /** Up to the tail, then along with it; and again by itself when it was left behind. */
  private async follow(part: SharedPart): Promise<void> {
    const { plan, tails, query, resume } = this.options;
    let lease: TailLease | null = null;
    let from = resume.from;
    try {
      if (from === null && plan.offsetReset !== 'earliest') {
        lease = await tails.lease(part, plan, query);
        const { tail } = lease;
        from = (await this.ends(part)).map((end, partition) => Math.max(end, tail.positions[partition] ?? 0));
        from = await this.along(lease, part, from);
      }
      while (this.goesOn) {
        const caughtUp = await this.alone(from, async (session) => {
          lease ??= session.drained ? await tails.lease(part, plan, query) : null;
          return lease === null || this.sender.isFull ? null : positionsUpTo(lease.tail, session);
        });
        if (lease === null || caughtUp === null) return;
        from = await this.along(lease, part, caughtUp);
      }
    } finally {
      lease?.release();
    }
  }

  private async ends({ source }: SharedPart): Promise<Positions> {
    const { admin } = this.options.dependencies.broker;
    const partitions = (await admin.describeTopic(source.topic))?.partitions ?? 0;
    return admin.listOffsets(Array.from({ length: partitions }, (_, partition) => ({ topic: source.topic, partition })), 'latest', 'read_committed');
  }

  /** Follows the tail; gives from where to go on when the client was left behind. */
  private async along({ tail }: TailLease, part: SharedPart, from: Positions): Promise<Positions> {
    const client = new TailClient(this.sender, this.options.resume.tellsPositions, (row) => this.take(row));
    const cancel = (): void => client.end();
    this.cancelled.signal.addEventListener('abort', cancel);
    try {
      if (!this.goesOn) return from;
      tail.join(client, part, this.options.plan, from);
      this.started();
      return (await client.ended) ?? from;
    } finally {
      tail.leave(client);
      this.cancelled.signal.removeEventListener('abort', cancel);
    }
  }

  /** False: that was the last one. */
  private take(row: OutputRow): boolean {
    if (this.left <= 0) return false;
    this.left--;
    this.sender.add(row);
    return this.left > 0;
  }

  /** Reads by itself until its end (null), or until `caughtUp` says after a round how far it has come. */
  private async alone(from: Positions | null, caughtUp: (session: QuerySession) => Promise<Positions | null>): Promise<Positions | null> {
    const session = await this.open(from);
    this.session = session;
    this.started();
    const { clock } = this.options.dependencies.env;
    try {
      while (this.goesOn && !(this.options.endsAtStart && session.finished)) {
        const worked = this.part === null ? await session.round(IDLE_WAIT_MS) : await retryWithSchemas(this.options.dependencies, () => session.round(IDLE_WAIT_MS));
        this.sender.send();
        const reached = this.part === null ? null : await caughtUp(session);
        if (reached !== null) return reached;
        if (worked) await clock.yieldTurn();
      }
      return null;
    } finally {
      this.session = null;
      await session.abandon();
    }
  }

  private open(from: Positions | null): Promise<QuerySession> {
    const { plan, dependencies, query, partitioner, endsAtStart, resume } = this.options;
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
      startAt: from,
      rows: () => (key, row) => {
        if (this.left > 0) this.take(output(key, row));
      },
      listener: () => undefined,
      onLate: () => undefined,
      hooks: {
        committed: () => undefined,
        processed: () => {
          if (resume.tellsPositions && this.part !== null && this.session !== null) this.sender.reached(this.session.positions());
          this.sender.send();
        },
        backpressure: () => (this.sender.isFull ? this.whenRoom() : null),
      },
    });
  }

  /** Rejects for a client that takes nothing at all. */
  private async whenRoom(): Promise<void> {
    const { clock } = this.options.dependencies.env;
    const room = new AbortController();
    const isFree = this.sender.whenRoom().then(() => room.abort());
    while (!room.signal.aborted) {
      const { chunks } = this.sender;
      await clock.sleep(SLOW_CLIENT_MS, room.signal).catch(() => undefined);
      if (!room.signal.aborted && this.sender.chunks === chunks) throw clientTooSlow();
    }
    await isFree;
  }
}

/** Where the session is, when the tail is not beyond it anywhere. */
function positionsUpTo(tail: StreamTail, session: QuerySession): Positions | null {
  const positions = session.positions();
  return tail.positions.some((position, partition) => position > (positions[partition] ?? 0)) ? null : positions;
}

function clientTooSlow(): RequestError {
  return new RequestError('CLIENT_TOO_SLOW', `Client too slow: it took no row for ${SLOW_CLIENT_MS / 1000} seconds while rows were waiting`, { hint: 'Read faster, or ask for fewer rows; a continuation token tells where to go on.' });
}
