import type { RecordHeader } from '../../broker/index.js';
import type { Key, Row } from '../../types/index.js';
import type { Emit } from '../operators/operator.js';
import type { RecordContext } from './record-context.js';
import type { Interrupt, TaskInput } from './task-input.js';

/** Rows on their way through a memory exchange to one task, in arrival order. */
export class RowInput implements TaskInput {
  private keys: (Key | null)[] = [];
  private rows: (Row | null)[] = [];
  private olds: (Row | null | undefined)[] = [];
  private times: number[] = [];
  private headers: (readonly RecordHeader[] | null)[] = [];
  private next = 0;
  records = 0;

  constructor(
    private readonly target: Emit,
    private readonly context: RecordContext,
    private readonly interrupt: Interrupt,
  ) {}

  get pending(): number {
    return this.times.length - this.next;
  }

  put(key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number, headers: readonly RecordHeader[] | null): void {
    this.keys.push(key);
    this.rows.push(row);
    this.olds.push(old);
    this.times.push(timestamp);
    this.headers.push(headers);
  }

  head(): number {
    return this.times[this.next] ?? Infinity;
  }

  run(limit: number, inclusive: boolean, max: number): number {
    const { keys, rows, olds, times, headers, context, interrupt, target } = this;
    let count = 0;
    let index = this.next;
    while (count < max && index < times.length) {
      const time = times[index] ?? 0;
      if (time > limit || (!inclusive && time === limit)) break;
      context.rowHeaders = headers[index] ?? null;
      target(keys[index] ?? null, rows[index] ?? null, olds[index], time);
      index++;
      count++;
      if (interrupt.interrupted()) {
        // What the scan gives is still a result of this row.
        this.next = index;
        this.records += count;
        return count;
      }
    }
    context.clear();
    this.next = index;
    this.records += count;
    if (index === times.length) this.reset();
    return count;
  }

  private reset(): void {
    this.next = 0;
    this.keys = [];
    this.rows = [];
    this.olds = [];
    this.times = [];
    this.headers = [];
  }
}
