import { assert, present } from '../../errors/index.js';
import type { StreamStreamJoin } from '../../plan/index.js';
import type { Events, Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { DemandGate } from './demand-gate.js';
import { joinRows, type JoinRows } from './join-rows.js';
import type { Observed, Operator, OperatorContext, ScanDemand } from './operator.js';

const LEFT = 0;
/** Sides in keys of pending rows: right ones come first at equal timestamps. */
const PENDING_SIDE = [1, 0] as const;
const NEVER = Number.MAX_SAFE_INTEGER;
/** Numbers of records begin anew where those of Kafka Streams do: changelogs have four bytes for them. */
const SEQUENCES = 2 ** 31;

interface Current {
  input: number;
  key: Key;
  row: Row;
  timestamp: number;
  /** Nothing was met yet. */
  isAlone: boolean;
}
type VisitEvent = Parameters<Events['within']>[3];

/**
 * Two streams, matched where left − before ≤ right ≤ left + after. Each side keeps its records for before + after + grace,
 * measured on its own newest timestamp.
 *
 * | in | out |
 * |---|---|
 * | record with matches | a joined row for each, by timestamp then arrival, ts = max of the two |
 * | record of a preserved side without a match, no GRACE PERIOD written | row with nulls at once, never taken back |
 * | the same with GRACE PERIOD | kept pending: dropped by a later match, else emitted with nulls when its window closes; at once if that is past |
 * | record that reaches stream time, with GRACE PERIOD | first the pending rows whose windows closed (ts, right before left, key bytes), ts = their own |
 * | null key | dropped; on a preserved side emitted with nulls |
 * | null value | dropped (it moves time, as a null key does) |
 * | late | no check of its own: it meets what is still visible of the other side |
 */
export class StreamStreamJoinOperator implements Operator {
  readonly name: string;
  private readonly join: JoinRows;
  private readonly leftWidth: number;
  /** How far ahead of a record of the side its matches may be; how far back is the other side's. */
  private readonly ahead: readonly [number, number];
  /** Of the sides that have pending rows the one whose rows close before the other's of the same time. */
  private readonly closesFirst: number;
  private readonly preserved: readonly [boolean, boolean];
  private readonly gate = new DemandGate((input, key, row, _old, timestamp) => this.apply(input, key, row, timestamp));
  /** The record that is matched. */
  private readonly current: Current = { input: LEFT, key: [], row: [], timestamp: 0, isAlone: true };
  private readonly meet: VisitEvent = (otherRow, otherTime, otherSequence) => {
    const { current } = this;
    const { input, key, row, timestamp } = current;
    current.isAlone = false;
    if (this.pending !== null && otherTime >= this.earliest && this.isPreserved(1 - input)) this.dropPending(input, key, otherTime, otherSequence);
    const joined = input === LEFT ? this.join(row, otherRow) : this.join(otherRow, row);
    this.context?.emit(key, joined, undefined, Math.max(timestamp, otherTime));
  };
  private context: OperatorContext | null = null;
  private sides: readonly Events[] = [];
  private pending: Table | null = null;
  private streamTime = -1;
  /** Timestamp of the earliest pending row; only a flush raises it. */
  private earliest = NEVER;
  private sequence = 0;
  /** Of windows whose sizes differ between the sides: keys then match by their start, which is all that their bytes hold. */
  private readonly windowSize: number | null;

  constructor(private readonly step: StreamStreamJoin) {
    this.name = step.name;
    this.leftWidth = step.left.schema.value.length;
    this.join = joinRows(step.swapped, this.leftWidth, step.right.schema.value.length);
    this.ahead = [step.afterMs, step.beforeMs];
    this.closesFirst = step.type === 'FULL' && step.beforeMs < step.afterMs ? 1 : LEFT;
    this.preserved = [step.type !== 'INNER', step.type === 'FULL'];
    const sizes = [step.left, step.right].map(({ schema }) => schema.window?.sizeMs ?? null);
    this.windowSize = sizes[0] === sizes[1] ? null : (step.schema.window?.sizeMs ?? null);
  }
  open(context: OperatorContext): void {
    this.context = context;
    const { leftStore, rightStore, outerStore } = this.step;
    this.sides = [context.events(leftStore.name), context.events(rightStore.name)];
    this.pending = outerStore === null ? null : context.table(outerStore.name);
    assert(!this.step.explicitGrace || this.step.type === 'INNER' || this.pending !== null, 'an outer join with grace has a store for pending rows');
  }
  process(input: number, given: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    const key = this.windowSize === null || given === null ? given : withWindowEnd(given, this.windowSize);
    if (this.gate.isOpen) this.gate.hold(input, key, row, old, timestamp);
    else this.apply(input, key, row, timestamp);
  }
  demand(): ScanDemand | null {
    return this.gate.demand();
  }
  observed(): Observed {
    return {
      streamTime: this.streamTime,
      earliest: this.earliest,
      sequence: this.sequence,
      left: this.sides[0]?.highWater() ?? -1,
      right: this.sides[1]?.highWater() ?? -1,
      pending: this.pending?.highWater() ?? -1,
    };
  }
  restoreObserved(observed: Observed): void {
    this.streamTime = observed['streamTime'] ?? -1;
    this.earliest = observed['earliest'] ?? NEVER;
    this.sequence = observed['sequence'] ?? 0;
    this.sides[0]?.restoreHighWater(observed['left'] ?? -1);
    this.sides[1]?.restoreHighWater(observed['right'] ?? -1);
    this.pending?.restoreHighWater(observed['pending'] ?? -1);
  }
  close(): void {
    assert(!this.gate.isOpen, 'an operator is closed between records');
  }

  private apply(input: number, key: Key | null, row: Row | null, timestamp: number): void {
    if (timestamp > this.streamTime) this.streamTime = timestamp;
    if (row === null) return;
    if (key === null) {
      if (this.isPreserved(input)) this.emitAlone(input, null, row, timestamp);
      return;
    }
    if (timestamp === this.streamTime && this.isClosed(this.earliest, input)) this.flushPending(input, key, row, timestamp);
    else this.match(input, key, row, timestamp);
  }

  private match(input: number, key: Key, row: Row, timestamp: number): void {
    const own = present(this.sides[input], 'own side');
    const other = present(this.sides[1 - input], 'other side');
    const { sequence } = this;
    this.sequence = (sequence + 1) % SEQUENCES;
    own.append(key, row, timestamp, sequence);
    const { current } = this;
    current.input = input;
    current.key = key;
    current.row = row;
    current.timestamp = timestamp;
    current.isAlone = true;
    other.within(key, timestamp - this.aheadOf(1 - input), timestamp + this.aheadOf(input), this.meet);
    if (!current.isAlone || !this.isPreserved(input)) return;
    if (this.pending === null || timestamp + this.aheadOf(input) < this.streamTime) this.emitAlone(input, key, row, timestamp);
    else this.keepPending(input, key, row, timestamp, sequence);
  }

  /** A row of the other side has found its match. */
  private dropPending(input: number, key: Key, timestamp: number, sequence: number): void {
    const pending = present(this.pending, 'pending rows');
    const slot = pending.slot([...key, timestamp, PENDING_SIDE[input === LEFT ? 1 : 0], sequence]);
    if (slot.row !== null) pending.write(slot, null, timestamp, false);
  }

  private emitAlone(input: number, key: Key | null, row: Row, timestamp: number): void {
    this.context?.emit(key, input === LEFT ? this.join(row, null) : this.join(null, row), undefined, timestamp);
  }

  /** Pending rows are stored as left ++ right columns. */
  private keepPending(input: number, key: Key, row: Row, timestamp: number, sequence: number): void {
    const right = this.step.right.schema.value.length;
    const both = input === LEFT ? row.concat(nulls(right)) : nulls(this.leftWidth).concat(row);
    const pendingKey = [...key, timestamp, PENDING_SIDE[input === LEFT ? 0 : 1], sequence];
    present(this.pending, 'pending rows').put(pendingKey, both, timestamp, false);
    if (timestamp < this.earliest) this.earliest = timestamp;
  }

  /** Emits what closed, then goes on with the record that moved time. Ends where rows of either side would be open: all later ones are. */
  private flushPending(input: number, key: Key, row: Row, timestamp: number): void {
    const table = present(this.pending, 'pending rows');
    const from = this.earliest;
    this.earliest = NEVER;
    this.gate.request({
      table,
      range: { by: 'timestamp', from, to: NEVER },
      feed: (pendingKey, both, pendingTime) => {
        const side = pendingKey[pendingKey.length - 2] === PENDING_SIDE[LEFT] ? LEFT : 1;
        if (this.isClosed(pendingTime, side)) {
          table.put(pendingKey, null, pendingTime, false);
          const own = side === LEFT ? both.slice(0, this.leftWidth) : both.slice(this.leftWidth);
          this.emitAlone(side, pendingKey.slice(0, -3), own, pendingTime);
          return true;
        }
        if (pendingTime < this.earliest) this.earliest = pendingTime;
        return this.isClosed(pendingTime, this.closesFirst);
      },
      done: () => this.match(input, key, row, timestamp),
    });
  }

  private isClosed(timestamp: number, side: number): boolean {
    return timestamp !== NEVER && timestamp + this.aheadOf(side) + this.step.graceMs < this.streamTime;
  }
  private aheadOf(side: number): number {
    return side === LEFT ? this.ahead[0] : this.ahead[1];
  }
  private isPreserved(side: number): boolean {
    return side === LEFT ? this.preserved[0] : this.preserved[1];
  }
}

function nulls(count: number): Row {
  return Array.from({ length: count }, () => null);
}

function withWindowEnd(key: Key, sizeMs: number): Key {
  const start = key[key.length - 2];
  return typeof start === 'number' ? [...key.slice(0, -1), start + sizeMs] : key;
}
