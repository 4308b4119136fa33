import type { Clock } from '../../env/index.js';
import { assert, BrokerError } from '../../errors/index.js';
import type { LogReader, Slab, TopicPartition } from '../broker.js';
import type { LogState } from './log-state.js';
import type { PartitionLog } from './partition-log.js';
import type { SlabLoader } from './slab-loader.js';

interface Position {
  readonly log: PartitionLog | null;
  readonly topic: string;
  readonly partition: number;
  offset: number;
  paused: boolean;
}

/** Reads assigned partitions in turn; a poll that finds nothing waits on the partitions themselves. */
export class LocalLogReader implements LogReader {
  private readonly positions = new Map<string, Position>();
  private polling = false;
  private closed = false;
  /** A wakeup that came while the poll was looking, before it waits. */
  private woken = false;
  /** Set while a poll waits. True: look again; false: give up. */
  private endWait: ((lookAgain: boolean) => void) | null = null;

  constructor(
    private readonly state: LogState,
    private readonly loader: SlabLoader,
    private readonly clock: Clock,
    private readonly onClose: (reader: LocalLogReader) => void,
  ) {}

  assign(positions: readonly (TopicPartition & { readonly offset: number })[]): void {
    for (const { topic, partition, offset } of positions) {
      const log = this.state.topics.get(topic)?.logs[partition] ?? null;
      this.positions.set(positionKey(topic, partition), { log, topic, partition, offset, paused: false });
    }
    this.endWait?.(true);
  }

  unassign(partitions: readonly TopicPartition[]): void {
    for (const { topic, partition } of partitions) this.positions.delete(positionKey(topic, partition));
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.setPaused(partitions, true);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.setPaused(partitions, false);
    this.endWait?.(true);
  }

  async poll(options: { readonly maxBytes: number; readonly maxWaitMs: number }): Promise<readonly Slab[]> {
    assert(!this.polling, 'one poll at a time');
    if (this.closed) throw new BrokerError('The reader is closed', { retriable: false, code: 'SHUTTING_DOWN' });
    this.polling = true;
    this.woken = false;
    try {
      const deadline = options.maxWaitMs > 0 ? this.clock.monotonic() + options.maxWaitMs : 0;
      for (;;) {
        const slabs = await this.gather(options.maxBytes);
        if (slabs.length > 0 || options.maxWaitMs <= 0) return slabs;
        if (!(await this.wait(deadline))) return [];
      }
    } finally {
      this.polling = false;
    }
  }

  wakeup(): void {
    this.woken = this.polling;
    this.endWait?.(false);
  }

  close(): Promise<void> {
    this.closed = true;
    this.positions.clear();
    this.endWait?.(false);
    this.onClose(this);
    return Promise.resolve();
  }

  private setPaused(partitions: readonly TopicPartition[], paused: boolean): void {
    for (const { topic, partition } of partitions) {
      const position = this.positions.get(positionKey(topic, partition));
      if (position !== undefined) position.paused = paused;
    }
  }

  /** One slab per partition and round until the bytes are used up or nothing is left. */
  private async gather(maxBytes: number): Promise<readonly Slab[]> {
    const slabs: Slab[] = [];
    let bytes = 0;
    let hasMore = true;
    while (hasMore && bytes < maxBytes) {
      hasMore = false;
      for (const [key, position] of Array.from(this.positions)) {
        if (bytes >= maxBytes) break;
        if (position.paused) continue;
        const slab = await this.next(position, slabs.length > 0);
        // Assignment may have changed while a batch was looked up: what was read then belongs to nobody.
        if (slab === null || this.positions.get(key) !== position) continue;
        position.offset = slab.nextOffset;
        slabs.push(slab);
        for (const buffer of slab.buffers) bytes += buffer.length;
        this.moveToEnd(key, position);
        hasMore = true;
      }
    }
    return slabs;
  }

  /** Served partitions go behind the others, so a small `maxBytes` starves none. A Map keeps insertion order. */
  private moveToEnd(key: string, position: Position): void {
    if (this.positions.size < 2) return;
    this.positions.delete(key);
    this.positions.set(key, position);
  }

  /** An error waits for the next poll when there are slabs to hand over first. */
  private async next(position: Position, hasSlabs: boolean): Promise<Slab | null> {
    try {
      const log = present(position);
      if (position.offset === log.head.end) return null;
      checkRange(log, position.offset);
      const slab = this.loader.load(log, position.offset);
      return slab instanceof Promise ? await slab : slab;
    } catch (error) {
      if (hasSlabs) return null;
      throw error;
    }
  }

  private hasMore(): boolean {
    for (const { log, offset, paused } of this.positions.values()) {
      if (!paused && (log === null || log.deleted || offset !== log.head.end)) return true;
    }
    return false;
  }

  /** Resolves with whether to look again. */
  private wait(deadline: number): Promise<boolean> {
    const remaining = deadline - this.clock.monotonic();
    if (remaining <= 0 || this.closed || this.woken) return Promise.resolve(false);
    // Data or an assignment may have come while the last partition was looked at.
    if (this.hasMore()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const logs = [...this.positions.values()].flatMap((position) => (position.paused || position.log === null ? [] : [position.log]));
      const timer = Number.isFinite(remaining) ? new AbortController() : null;
      const wake = (): void => end(true);
      const end = (lookAgain: boolean): void => {
        if (this.endWait !== end) return;
        this.endWait = null;
        for (const log of logs) log.waiters.delete(wake);
        timer?.abort();
        resolve(lookAgain);
      };
      this.endWait = end;
      for (const log of logs) log.waiters.add(wake);
      // The sleep is aborted when data comes first; its rejection then has nobody left to tell.
      if (timer !== null) this.clock.sleep(remaining, timer.signal).then(() => end(false), () => undefined);
    });
  }
}

function positionKey(topic: string, partition: number): string {
  return `${partition}/${topic}`;
}

function present(position: Position): PartitionLog {
  if (position.log !== null && !position.log.deleted) return position.log;
  const what = position.log === null ? 'does not exist' : 'was deleted';
  throw new BrokerError(`Topic ${position.topic} (partition ${position.partition}) ${what}`, { retriable: false, code: 'UNKNOWN_TOPIC' });
}

function checkRange(log: PartitionLog, offset: number): void {
  if (offset >= log.head.start && offset <= log.head.end) return;
  throw new BrokerError(
    `Topic ${log.topic} partition ${log.partition} has no offset ${offset}: it holds offsets ${log.head.start} to ${log.head.end}`,
    { retriable: false, code: 'OFFSET_OUT_OF_RANGE' },
  );
}
