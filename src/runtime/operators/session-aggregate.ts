import { assert, present } from '../../errors/index.js';
import type { StreamWindowedAggregate, WindowSpec } from '../../plan/index.js';
import type { Slot, Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { AggregateRow, failed, tellLost } from './aggregate-row.js';
import { DemandGate } from './demand-gate.js';
import type { Observed, Operator, OperatorContext, ScanDemand } from './operator.js';
import type { AggregatePieces } from './pieces.js';
import { forwardResults } from './stream-aggregate.js';

/**
 * Session windows: [start, end] are the first and last record of a run without a gap; touching counts.
 *
 * | in | out |
 * |---|---|
 * | record alone, or at the single instant of a session | the new value under [key, t, t] |
 * | record that extends or joins sessions, or falls into one | a tombstone for each of them (ts = its end), then the merged session, ts = its end |
 * | record, EMIT FINAL | nothing, except that it may close sessions: each once, by end, start, key bytes, ts = end; those lost are told |
 * | null key, null value | dropped; they do not move time |
 * | late: merged end < stream time − grace − gap | dropped and counted; the sessions it would have joined stay |
 */
export class SessionAggregate implements Operator {
  readonly name: string;
  private readonly rows: AggregateRow;
  private readonly gapMs: number;
  private readonly graceMs: number;
  private readonly emitFinal: boolean;
  private readonly retentionMs: number;
  private readonly gate = new DemandGate((_input, key, row, _old, timestamp) => this.apply(key, row, timestamp));
  private context: OperatorContext | null = null;
  private table: Table | null = null;
  private streamTime = -1;
  /** Close time of the last emission of final results. */
  private closed: number | null = null;

  constructor(private readonly step: StreamWindowedAggregate, window: Extract<WindowSpec, { type: 'SESSION' }>, pieces: AggregatePieces) {
    this.name = step.name;
    this.rows = new AggregateRow(step, pieces);
    this.gapMs = window.gapMs;
    this.graceMs = window.graceMs;
    this.retentionMs = window.retentionMs;
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
    const closeTime = this.streamTime - this.graceMs - this.gapMs;
    const found = present(this.table, 'open table').sessions(key, timestamp - this.gapMs, timestamp + this.gapMs);
    let [start, end] = [timestamp, timestamp];
    for (const slot of found) {
      start = Math.min(start, startOf(slot));
      end = Math.max(end, endOf(slot));
    }
    if (end < closeTime) this.context?.droppedLate(1);
    else this.merge(found, key, row, start, end);
    if (this.emitFinal) this.closeSessions(closeTime);
  }

  private merge(found: readonly Slot[], key: Key, row: Row, start: number, end: number): void {
    const table = present(this.table, 'open table');
    let next = this.rows.initial;
    try {
      for (const slot of found) if (slot.row !== null) next = this.rows.merge(next, slot.row);
      next = this.rows.add(next, key, row, found.length === 1 && found[0]?.isOwn === true);
    } catch (error) {
      failed(error, this.context);
      return;
    }
    // A session of one instant that got another record at that instant keeps its window key: no tombstone.
    if (start !== end) for (const slot of found) table.write(slot, null, endOf(slot), !this.emitFinal);
    table.put([...key, start, end], next, end, !this.emitFinal);
  }

  private closeSessions(closeTime: number): void {
    const to = closeTime - 1;
    if (to < 0 || (this.closed !== null && closeTime <= this.closed)) return;
    const table = present(this.table, 'open table');
    const from = Math.max(0, this.closed ?? 0);
    const oldest = oldestSegment(table.highWater(), this.retentionMs);
    this.closed = closeTime;
    const context = present(this.context, 'context');
    let lost = 0;
    this.gate.request({
      table,
      range: { by: 'windowEnd', from, to },
      feed: (key, row, timestamp) => {
        const end = key[key.length - 1];
        if (typeof end === 'number' && end < oldest) lost++;
        else context.emit(key, this.rows.result(row), null, timestamp);
        return true;
      },
      done: () => tellLost(context, lost),
    });
  }
}

/** Kafka Streams gives up what is older than the retention in whole segments, by the ends of sessions. */
const MIN_SEGMENT_MS = 60_000;

/** Sessions that end before this are lost: stream time jumped further than the retention before it was their turn. */
function oldestSegment(highWater: number, retentionMs: number): number {
  const segmentMs = Math.max(Math.floor(retentionMs / 2), MIN_SEGMENT_MS);
  return Math.floor((highWater - retentionMs) / segmentMs) * segmentMs;
}

function startOf(slot: Slot): number {
  return boundOf(slot, 2);
}
function endOf(slot: Slot): number {
  return boundOf(slot, 1);
}
function boundOf({ key }: Slot, fromEnd: number): number {
  const bound = key[key.length - fromEnd];
  assert(typeof bound === 'number', 'a session key ends with its bounds');
  return bound;
}
