import type { Clock } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import type { BatchEncoder } from '../record-batch.js';
import { sealFrame } from './frame.js';
import type { LogFact, LogOperation, LogStorage } from './log-storage.js';
import type { PartitionHead, PartitionLog } from './partition-log.js';
import type { LogState } from './log-state.js';

/** Bytes of batches that share one durable write at most (a single commit may be larger). */
const GROUP_BYTES = 8 * 1024 * 1024;

/** One atomic write while it is put together: operations, and the heads the partitions will have. */
export class WriteStage {
  readonly operations: LogOperation[] = [];
  readonly heads = new Map<PartitionLog, PartitionHead>();
  private readonly onDurable: (() => void)[] = [];
  private readonly claimed = new Set<PartitionLog>();
  bytes = 0;

  constructor(private readonly now: number) {}

  head(log: PartitionLog): PartitionHead {
    return this.heads.get(log) ?? log.head;
  }

  setHead(log: PartitionLog, head: PartitionHead): void {
    this.heads.set(log, head);
  }

  /** Gives the records of a batch their offsets: base offset and end. */
  append(log: PartitionLog, encoder: BatchEncoder): number {
    const head = this.head(log);
    const framed = encoder.finish(head.end);
    const link = sealFrame(framed, { previousLink: head.link, link: null, appendedAt: this.now });
    this.operations.push({ kind: 'putBatch', log, base: head.end, framed, replaces: false });
    this.bytes += framed.length;
    this.heads.set(log, { ...head, end: head.end + encoder.count, base: head.end, link, bytes: head.bytes + framed.length });
    return head.end;
  }

  /** For changes to stored batches, which are read as they are before this write: one such change per partition and write. False: try again. */
  claim(log: PartitionLog): boolean {
    if (this.claimed.has(log)) return false;
    this.claimed.add(log);
    return true;
  }

  put(fact: LogFact): void {
    this.operations.push({ kind: 'putFact', fact });
  }

  drop(fact: LogFact): void {
    this.operations.push({ kind: 'dropFact', fact });
  }

  /** Runs when the write is durable, before its promises resolve: changes the shared state. */
  whenDurable(change: () => void): void {
    this.onDurable.push(change);
  }

  /** Adds the changed heads; the stage is complete. */
  seal(): void {
    for (const [log, head] of this.heads) {
      if (!log.deleted) this.put({ kind: 'partition', topicNumber: log.topicNumber, partition: log.partition, ...head });
    }
  }

  publish(state: LogState): void {
    for (const [log, head] of this.heads) {
      if (!log.deleted) state.bytes += head.bytes - log.head.bytes;
      const hasGrown = head.end > log.head.end;
      log.head = head;
      if (hasGrown) log.wake();
    }
    for (const change of this.onDurable) change();
  }
}

interface Entry {
  /** Checks first, then adds to the stage; a throw rejects this entry only, so it must add nothing before it throws. */
  readonly prepare: (stage: WriteStage) => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The single road of every change: entries are prepared in order, share one durable write (group commit), become visible
 * together, then resolve in order. While a write is under way the next group collects.
 */
export class WriteQueue {
  private entries: Entry[] = [];
  private running: Promise<void> | null = null;
  private closed = false;
  /** A write that failed without telling whether it is stored. Nothing is prepared before that is known. */
  private undecided: WriteStage | null = null;

  constructor(
    private readonly storage: LogStorage,
    private readonly state: LogState,
    private readonly clock: Clock,
  ) {}

  submit<T>(prepare: (stage: WriteStage) => T): Promise<T> {
    if (this.closed) return Promise.reject(new BrokerError('The broker is closed', { retriable: false, code: 'SHUTTING_DOWN', outcome: 'unknown' }));
    return new Promise((resolve, reject) => {
      let result: { readonly value: T } | null = null;
      this.entries.push({
        prepare: (stage) => {
          result = { value: prepare(stage) };
        },
        resolve: () => {
          if (result !== null) resolve(result.value);
        },
        reject,
      });
      this.running ??= this.run();
    });
  }

  /** Finishes what was submitted, then refuses more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    // Lets entries submitted in the same turn share the first write.
    await Promise.resolve();
    while (this.entries.length > 0) await this.writeGroup();
    this.running = null;
  }

  /** Learns what became of a failed write: if it is stored, it happened. */
  private async decide(): Promise<void> {
    const { undecided } = this;
    if (undecided === null) return;
    const isStored = await this.storage.recover();
    this.undecided = null;
    if (isStored) undecided.publish(this.state);
  }

  private refused(error: unknown): void {
    if (error instanceof BrokerError && error.code === 'DISK_FULL') this.state.full = error.message;
  }

  private async writeGroup(): Promise<void> {
    try {
      await this.decide();
    } catch (error) {
      const { entries } = this;
      this.entries = [];
      this.refused(error);
      for (const entry of entries) entry.reject(error);
      return;
    }
    const stage = new WriteStage(this.clock.now());
    const prepared: Entry[] = [];
    let taken = 0;
    for (const entry of this.entries) {
      if (stage.bytes >= GROUP_BYTES) break;
      taken += 1;
      try {
        entry.prepare(stage);
        prepared.push(entry);
      } catch (error) {
        this.refused(error);
        entry.reject(error);
      }
    }
    this.entries = this.entries.slice(taken);
    stage.seal();
    try {
      if (stage.operations.length > 0) await this.storage.write(stage.operations);
    } catch (error) {
      this.undecided = stage;
      this.refused(error);
      for (const entry of prepared) entry.reject(error);
      return;
    }
    if (stage.bytes > 0) this.state.full = null;
    stage.publish(this.state);
    for (const entry of prepared) entry.resolve();
  }
}
