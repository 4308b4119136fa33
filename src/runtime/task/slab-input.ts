import type { Slab } from '../../broker/index.js';
import type { RecordContext } from './record-context.js';
import type { Interrupt, TaskInput } from './task-input.js';

/** Compiled: decodes record `index` and hands it on. Undecodable records are logged inside. */
export interface RecordProcessor {
  process(slab: Slab, index: number, buffer: Buffer): void;
  /** The record's time when a column gives it: NaN where it has none (it will be dropped). null: the record's own timestamp. */
  readonly timestampOf: ((slab: Slab, index: number, buffer: Buffer) => number) | null;
}

/** A cursor over the fetched slabs of one partition. Several sources of a task over one topic share it: each record goes to all of them before the next. */
export class SlabInput implements TaskInput {
  /** Next offset to process. */
  position: number;
  /** End known so far (last stable offset). */
  end: number;
  bufferedBytes = 0;
  /** Records processed since it was opened. */
  records = 0;
  private readonly from: number;
  private readonly stopAt: number;
  private readonly processors: RecordProcessor[];
  /** Which of the processors gets the record at hand next. */
  private turn = 0;
  private readonly waiting: Slab[] = [];
  private slab: Slab | null = null;
  private index = 0;
  private bufferIndex = 0;
  private buffer: Buffer | null = null;
  private headTime = Infinity;
  private lastTime = -Infinity;

  constructor(
    readonly topic: string,
    readonly partition: number,
    start: { readonly offset: number; readonly end: number; readonly stopAt: number },
    private readonly processor: RecordProcessor,
    private readonly context: RecordContext,
    private readonly interrupt: Interrupt,
  ) {
    this.processors = [processor];
    this.position = start.offset;
    this.from = start.offset;
    this.end = start.end;
    this.stopAt = start.stopAt;
  }

  /** True when the broker is known to have records that are not buffered here. */
  get starved(): boolean {
    return this.slab === null && this.position < Math.min(this.end, this.stopAt);
  }

  /** Everything up to `stopAt` has been processed. */
  get isFinished(): boolean {
    return this.position >= this.stopAt;
  }

  /** Another source reads the same partition: it gets each record right after those that are here already. */
  share(processor: RecordProcessor): void {
    this.processors.push(processor);
  }

  /** A demand came between two sources of one record: `run` with a `max` of 0 gives it to the others. */
  get isMidRecord(): boolean {
    return this.turn > 0;
  }

  add(slab: Slab): void {
    if (this.isFinished) return;
    this.end = Math.max(slab.lastStableOffset, slab.nextOffset);
    this.bufferedBytes += slabBytes(slab);
    if (this.slab === null) this.open(slab);
    else this.waiting.push(slab);
  }

  head(): number {
    return this.headTime;
  }

  /** How far time is decided here: the head, or while records that exist are not at hand, the last one taken. */
  frontier(): number {
    return this.starved ? this.lastTime : this.headTime;
  }

  run(limit: number, inclusive: boolean, max: number): number {
    const { context, processor, processors, interrupt } = this;
    let count = 0;
    while ((count < max || this.turn > 0) && this.slab !== null && this.buffer !== null) {
      if (this.headTime > limit || (!inclusive && this.headTime === limit)) break;
      const { slab, index, buffer } = this;
      context.slab = slab;
      context.index = index;
      context.buffer = buffer;
      (processors[this.turn] ?? processor).process(slab, index, buffer);
      count++;
      if (++this.turn >= processors.length) this.advance(slab);
      // What the scan gives is still a result of this record.
      if (interrupt.interrupted()) return count;
    }
    context.clear();
    return count;
  }

  private advance(slab: Slab): void {
    this.position = (slab.offsets[this.index] ?? 0) + 1;
    this.lastTime = this.headTime;
    this.index++;
    this.records++;
    this.turn = 0;
    if (this.index >= slab.count) this.close(slab);
    else this.enter(slab);
  }

  private open(slab: Slab): void {
    if (slab.count === 0) {
      this.close(slab);
      return;
    }
    this.slab = slab;
    this.index = 0;
    this.bufferIndex = 0;
    this.buffer = slab.buffers[0] ?? null;
    // Another input over this partition may have to start earlier.
    while (this.index < slab.count && (slab.offsets[this.index] ?? 0) < this.from) this.index++;
    if (this.index >= slab.count) this.close(slab);
    else this.enter(slab);
  }

  private enter(slab: Slab): void {
    if ((slab.offsets[this.index] ?? 0) >= this.stopAt) {
      this.finish();
      return;
    }
    while (this.index >= (slab.bufferEnds[this.bufferIndex] ?? Infinity)) this.buffer = slab.buffers[++this.bufferIndex] ?? null;
    const timestampOf = this.processor.timestampOf;
    if (timestampOf === null || this.buffer === null) {
      this.headTime = slab.timestamps[this.index] ?? 0;
    } else {
      const time = timestampOf(slab, this.index, this.buffer);
      // A record that will be dropped holds nobody back.
      this.headTime = Number.isNaN(time) ? -Infinity : time;
    }
  }

  private finish(): void {
    this.position = this.stopAt;
    this.bufferedBytes = 0;
    this.waiting.length = 0;
    this.slab = null;
    this.buffer = null;
    this.headTime = Infinity;
  }

  private close(slab: Slab): void {
    this.position = Math.max(this.position, slab.nextOffset);
    this.bufferedBytes -= slabBytes(slab);
    this.slab = null;
    this.buffer = null;
    this.headTime = Infinity;
    const next = this.waiting.shift();
    if (next !== undefined) this.open(next);
  }
}

function slabBytes(slab: Slab): number {
  let bytes = 0;
  for (const buffer of slab.buffers) bytes += buffer.length;
  return bytes;
}
