import type { LogReader, Slab } from '../../src/broker/index.js';

/** Records `from` … `to` − 1 of a slab. */
function cut(slab: Slab, from: number, to: number): Slab {
  return {
    topic: slab.topic,
    partition: slab.partition,
    highWatermark: slab.highWatermark,
    lastStableOffset: slab.lastStableOffset,
    buffers: slab.buffers,
    count: to - from,
    nextOffset: to < slab.count ? (slab.offsets[to] ?? slab.nextOffset) : slab.nextOffset,
    offsets: slab.offsets.subarray(from, to),
    timestamps: slab.timestamps.subarray(from, to),
    bufferEnds: slab.bufferEnds.map((end) => Math.min(Math.max(end - from, 0), to - from)),
    keyPositions: slab.keyPositions.subarray(from, to),
    keyLengths: slab.keyLengths.subarray(from, to),
    valuePositions: slab.valuePositions.subarray(from, to),
    valueLengths: slab.valueLengths.subarray(from, to),
    headers: (index) => slab.headers(index + from),
  };
}

/**
 * Hands fetched records over in small pieces, so that commits and crashes fall between any two of them. Each poll gives one piece
 * of every partition that has any: which records exist is known as early as without pieces.
 */
export class ReaderInPieces implements LogReader {
  private held: Slab[] = [];
  private readonly paused = new Set<string>();

  constructor(
    private readonly real: LogReader,
    private readonly size: number,
  ) {}

  assign(positions: Parameters<LogReader['assign']>[0]): void {
    this.forget(positions);
    this.real.assign(positions);
  }
  unassign(partitions: Parameters<LogReader['unassign']>[0]): void {
    this.forget(partitions);
    this.real.unassign(partitions);
  }
  pause(partitions: Parameters<LogReader['pause']>[0]): void {
    for (const each of partitions) this.paused.add(place(each));
    this.real.pause(partitions);
  }
  resume(partitions: Parameters<LogReader['resume']>[0]): void {
    for (const each of partitions) this.paused.delete(place(each));
    this.real.resume(partitions);
  }

  async poll(options: Parameters<LogReader['poll']>[0]): Promise<readonly Slab[]> {
    const ready = this.held.some((slab) => !this.paused.has(place(slab)));
    const fetched = await this.real.poll(ready ? { ...options, maxWaitMs: 0 } : options);
    this.held.push(...fetched);
    const given: Slab[] = [];
    const kept: Slab[] = [];
    const served = new Set<string>();
    for (const slab of this.held) {
      const where = place(slab);
      if (this.paused.has(where) || served.has(where)) {
        kept.push(slab);
        continue;
      }
      served.add(where);
      const end = Math.min(slab.count, this.size);
      given.push(end === slab.count ? slab : cut(slab, 0, end));
      if (end < slab.count) kept.push(cut(slab, end, slab.count));
    }
    this.held = kept;
    return given;
  }

  wakeup(): void {
    this.real.wakeup();
  }
  close(): Promise<void> {
    return this.real.close();
  }

  private forget(partitions: readonly { readonly topic: string; readonly partition: number }[]): void {
    const gone = new Set(partitions.map(place));
    this.held = this.held.filter((slab) => !gone.has(place(slab)));
  }
}

function place({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${partition}/${topic}`;
}
