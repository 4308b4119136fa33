import { compileStreamSegment } from '../compile/stream-segment.js';
import type { TransientPlan } from '../../plan/index.js';
import type { OutputRow, Positions } from '../messages.js';
import type { Emit } from '../operators/operator.js';
import type { QueryOptions, RuntimeDependencies } from '../options.js';
import { evaluationOf, openSession } from '../task/open-session.js';
import { noErrors, ProcessingLog } from '../task/processing-log.js';
import type { QuerySession } from '../task/query-session.js';
import { TransactionOutput } from '../task/transaction-output.js';
import { outputOf } from './push-rows.js';
import type { RowSender } from './row-sender.js';
import { retryWithSchemas } from './retry-with-schemas.js';
import type { SharedPart } from './shared-part.js';

const IDLE_WAIT_MS = 1000;
/** Smaller slices than a query's own: the rows of one pile up for every client at once. */
const SLICE_RECORDS = 1024;
/** How often it is looked whether clients have room again. */
const HOLD_CHECK_MS = 5;
/** How long clients that have taken everything wait for those that have not. */
const HOLD_MS = 100;

/** A client at the tail of a stream. */
export interface TailMember {
  readonly sender: RowSender;
  readonly tellsPositions: boolean;
  /** One row of its query. False: it wants no more. */
  take(row: OutputRow): boolean;
  /** It has too much waiting and holds up others: from these positions on it has to read by itself. */
  leftBehind(positions: Positions): void;
  failed(error: unknown): void;
}

/** Queries that give the same rows: each row is made once. */
interface Group {
  readonly emit: Emit;
  readonly members: Map<TailMember, Place>;
}

interface Place {
  /** Earlier records are not for this member. */
  readonly from: Positions;
  /** The last slice that gave it a row. */
  slice: number;
}

/**
 * The end of one stream, read and decoded once for all push queries that follow it. It is nobody's task: it waits while all its
 * clients have enough, and leaves those behind that make others wait.
 */
export class StreamTail {
  private readonly groups = new Map<string, Group>();
  private readonly cancelled = new AbortController();
  private partition = 0;
  private offset = 0;
  private slice = 0;
  /** Clients that were too slow for the others, so far. */
  leftBehind = 0;
  private failed: { readonly error: unknown } | null = null;
  private session: QuerySession | null = null;

  private constructor(
    private readonly plan: TransientPlan,
    private readonly dependencies: RuntimeDependencies,
    private readonly query: QueryOptions,
  ) {}

  /** `onEnd` is called when it has ended, whatever the reason. */
  static async open(part: SharedPart, plan: TransientPlan, dependencies: RuntimeDependencies, query: QueryOptions, onEnd: () => void): Promise<StreamTail> {
    const tail = new StreamTail({ ...plan, root: part.source, output: [], limit: null, offsetReset: 'latest' }, dependencies, query);
    const session = await tail.openSession();
    tail.session = session;
    void tail.drive(session).then(onEnd);
    return tail;
  }

  /** Next offsets to process. */
  get positions(): Positions {
    return this.session?.positions() ?? [];
  }

  /** From now on the member gets its rows from `from` on. No partition may have been read beyond that. */
  join(member: TailMember, part: SharedPart, plan: TransientPlan, from: Positions): void {
    if (this.failed !== null) {
      member.failed(this.failed.error);
      return;
    }
    let group = this.groups.get(part.rowsKey);
    if (group === undefined) {
      group = this.makeGroup(part, plan);
      this.groups.set(part.rowsKey, group);
    }
    group.members.set(member, { from, slice: -1 });
  }

  leave(member: TailMember): void {
    for (const [key, group] of this.groups) {
      if (group.members.delete(member) && group.members.size === 0) this.groups.delete(key);
    }
  }

  close(): void {
    this.cancelled.abort();
    this.session?.wakeup();
  }

  private *members(): Generator<TailMember> {
    for (const { members } of this.groups.values()) yield* members.keys();
  }

  private makeGroup({ steps }: SharedPart, plan: TransientPlan): Group {
    const { dependencies, query } = this;
    const { formats, schemas, parseTimestamp, env } = dependencies;
    const evaluation = evaluationOf(dependencies);
    const log = new ProcessingLog(plan.queryId, null, new TransactionOutput(), env.clock, noErrors());
    const { throwOnInvalidTimestamp, failOnDeserializationError } = query;
    const segment = compileStreamSegment({ evaluation, serde: { formats, schemas }, parseTimestamp, throwOnInvalidTimestamp, failOnDeserializationError, log }, steps);
    const output = outputOf(plan, evaluation);
    const members = new Map<TailMember, Place>();
    const emit = segment((key, row) => {
      let made: OutputRow | null = null;
      for (const [member, place] of members) {
        if (this.offset < (place.from[this.partition] ?? 0)) continue;
        place.slice = this.slice;
        made ??= output(key, row);
        if (!member.take(made)) this.leave(member);
      }
    });
    return { emit, members };
  }

  private openSession(): Promise<QuerySession> {
    const { plan, dependencies, query } = this;
    return openSession({
      plan,
      dependencies,
      query: { ...query, caching: false, drainedCommitDelayMs: 0, sliceRecords: SLICE_RECORDS },
      partitioner: null,
      errors: noErrors(),
      member: null,
      assigned: null,
      wipesStores: false,
      endsAtStart: false,
      rows: (context) => (key, row, _old, timestamp) => {
        this.partition = context.slab?.partition ?? 0;
        this.offset = context.slab?.offsets[context.index] ?? 0;
        for (const { emit } of this.groups.values()) emit(key, row, undefined, timestamp);
      },
      listener: () => undefined,
      onLate: () => undefined,
      hooks: {
        committed: () => undefined,
        processed: () => this.sliceDone(),
        backpressure: () => this.hold(),
      },
    });
  }

  private sliceDone(): void {
    this.slice += 1;
    let positions: Positions | null = null;
    for (const member of this.members()) {
      if (member.tellsPositions) member.sender.reached((positions ??= this.positions));
      member.sender.send();
    }
  }

  private hold(): Promise<void> | null {
    for (const { sender } of this.members()) if (sender.isFull) return this.whenRoom();
    return null;
  }

  /** Waits until no client has too much waiting; but where others have nothing left to do, not for long. */
  private async whenRoom(): Promise<void> {
    const { clock } = this.dependencies.env;
    let starvingSinceMs: number | null = null;
    for (;;) {
      const full = [...this.members()].filter(({ sender }) => sender.isFull);
      if (full.length === 0 || this.cancelled.signal.aborted) return;
      const nowMs = clock.monotonic();
      starvingSinceMs = this.somebodyStarves() ? (starvingSinceMs ?? nowMs) : null;
      if (starvingSinceMs !== null && nowMs - starvingSinceMs >= HOLD_MS) {
        for (const member of full) this.leaveBehind(member);
        return;
      }
      await clock.sleep(HOLD_CHECK_MS, this.cancelled.signal).catch(() => undefined);
    }
  }

  /** Whether a client that had rows in the last slice has taken them all. */
  private somebodyStarves(): boolean {
    for (const { members } of this.groups.values()) {
      for (const [{ sender }, { slice }] of members) if (slice === this.slice - 1 && sender.isStarving) return true;
    }
    return false;
  }

  private leaveBehind(member: TailMember): void {
    this.leftBehind += 1;
    this.leave(member);
    member.leftBehind(this.positions);
  }

  private async drive(session: QuerySession): Promise<void> {
    const { env } = this.dependencies;
    try {
      while (!this.cancelled.signal.aborted) {
        const worked = await retryWithSchemas(this.dependencies, () => session.round(IDLE_WAIT_MS));
        if (worked) await env.clock.yieldTurn();
      }
    } catch (error) {
      this.failed = { error };
      for (const member of [...this.members()]) member.failed(error);
    }
    this.groups.clear();
    this.session = null;
    await session.abandon();
  }
}
