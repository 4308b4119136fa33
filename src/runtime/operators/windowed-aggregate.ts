import { assert, present } from '../../errors/index.js';
import type { StreamWindowedAggregate, WindowSpec } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { firstWindowStart } from '../windows/time-windows.js';
import { AggregateRow, failed, tellLost } from './aggregate-row.js';
import { DemandGate } from './demand-gate.js';
import type { Observed, Operator, OperatorContext, ScanDemand } from './operator.js';
import type { AggregatePieces } from './pieces.js';
import { forwardResults } from './stream-aggregate.js';

/**
 * Tumbling and hopping windows. One update per record and window, in ascending window start.
 *
 * | in | out |
 * |---|---|
 * | record | change (old, new) under [key, start, end] for each window that is open, ts = max(record, stored) |
 * | record, EMIT FINAL | nothing, except that it may close windows: each once, by start then key bytes, ts = stored |
 * | null key, null value | dropped; they do not move time |
 * | late: window end ≤ stream time − grace | that window is skipped and counted, the others of a hopping record are updated |
 *
 * Final results: a window that the store hides when its turn comes (stream time jumped further than the retention) is lost, and told.
 */
export class WindowedAggregate implements Operator {
  readonly name: string;
  private readonly rows: AggregateRow;
  private readonly empty: Row;
  private readonly sizeMs: number;
  private readonly advanceMs: number;
  private readonly graceMs: number;
  private readonly emitFinal: boolean;
  private readonly gate = new DemandGate((_input, key, row, _old, timestamp) => this.apply(key, row, timestamp));
  private context: OperatorContext | null = null;
  private table: Table | null = null;
  private streamTime = -1;
  /** Close time of the last emission of final results. */
  private closed: number | null = null;

  constructor(private readonly step: StreamWindowedAggregate, window: Exclude<WindowSpec, { type: 'SESSION' }>, pieces: AggregatePieces) {
    this.name = step.name;
    this.rows = new AggregateRow(step, pieces);
    this.empty = this.rows.initial;
    this.sizeMs = window.sizeMs;
    this.advanceMs = window.type === 'HOPPING' ? window.advanceMs : window.sizeMs;
    this.graceMs = window.graceMs;
    this.emitFinal = step.emitFinal;
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.table = context.table(this.step.store.name);
    forwardResults(this.table, this.rows, context);
  }
  process(input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    if (this.gate.isOpen) this.gate.hold(input, key, row, old, timestamp);
    else this.apply(key, row, timestamp);
  }
  demand(): ScanDemand | null {
    return this.gate.demand();
  }
  observed(): Observed {
    const highWater = present(this.table, 'open table').highWater();
    return this.closed === null ? { streamTime: this.streamTime, highWater } : { streamTime: this.streamTime, highWater, closed: this.closed };
  }
  restoreObserved(observed: Observed): void {
    this.streamTime = observed['streamTime'] ?? -1;
    this.closed = observed['closed'] ?? null;
    this.table?.restoreHighWater(observed['highWater'] ?? -1);
  }
  close(): void {
    assert(!this.gate.isOpen, 'an operator is closed between records');
  }

  private apply(key: Key | null, row: Row | null, timestamp: number): void {
    if (key === null || row === null) return;
    if (timestamp > this.streamTime) this.streamTime = timestamp;
    const closeTime = this.streamTime - this.graceMs;
    const { sizeMs, advanceMs } = this;
    for (let start = firstWindowStart(timestamp, sizeMs, advanceMs); start <= timestamp; start += advanceMs) {
      if (start + sizeMs > closeTime) this.update(key, row, timestamp, start);
      else this.context?.droppedLate(1);
    }
    if (this.emitFinal) this.closeWindows(closeTime);
  }

  private update(key: Key, row: Row, timestamp: number, start: number): void {
    const table = present(this.table, 'open table');
    const slot = table.windowSlot(key, start);
    const stored = slot.row;
    let next: Row;
    try {
      next = this.rows.add(stored ?? this.empty, key, row, stored !== null && slot.isOwn);
    } catch (error) {
      failed(error, this.context);
      return;
    }
    const time = stored !== null && slot.timestamp > timestamp ? slot.timestamp : timestamp;
    table.write(slot, next, time, !this.emitFinal, this.empty);
  }

  private closeWindows(closeTime: number): void {
    const to = closeTime - this.sizeMs;
    if (to < 0 || (this.closed !== null && closeTime <= this.closed)) return;
    const from = this.closed === null ? 0 : Math.max(0, this.closed - this.sizeMs) + 1;
    // No window starts in between: nothing to look for, and the next look starts where this one would have.
    if (this.closed !== null && Math.floor(to / this.advanceMs) * this.advanceMs < from) return;
    this.closed = closeTime;
    const context = present(this.context, 'context');
    let lost = 0;
    this.gate.request({
      table: present(this.table, 'open table'),
      range: { by: 'windowStart', from, to },
      feed: (key, row, timestamp) => {
        context.emit(key, this.rows.result(row), null, timestamp);
        return true;
      },
      hidden: () => void lost++,
      done: () => tellLost(context, lost),
    });
  }
}
