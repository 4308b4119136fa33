import { present } from '../../errors/index.js';
import type { StreamAggregate } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { AggregateRow, failed } from './aggregate-row.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { AggregatePieces } from './pieces.js';

/**
 * GROUP BY without a window. One update per record; aggregates never disappear.
 *
 * | in | out |
 * |---|---|
 * | record | change (old, new) of its group, ts = max(record, stored); the old of a new group is the empty aggregate, as in Kafka Streams |
 * | null key, null value | dropped |
 * | late | there is no lateness |
 */
export class StreamAggregateOperator implements Operator {
  readonly name: string;
  private readonly rows: AggregateRow;
  private readonly empty: Row;
  private context: OperatorContext | null = null;
  private table: Table | null = null;

  constructor(private readonly step: StreamAggregate, pieces: AggregatePieces) {
    this.name = step.name;
    this.rows = new AggregateRow(step, pieces);
    this.empty = this.rows.initial;
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.table = context.table(this.step.store.name);
    forwardResults(this.table, this.rows, context);
  }
  process(_input: number, key: Key | null, row: Row | null, _old: Row | null | undefined, timestamp: number): void {
    if (key === null || row === null) return;
    const table = present(this.table, 'open table');
    const slot = table.slot(key);
    const stored = slot.row;
    let next: Row;
    try {
      next = this.rows.add(stored ?? this.empty, key, row, stored !== null && slot.isOwn);
    } catch (error) {
      failed(error, this.context);
      return;
    }
    table.write(slot, next, stored !== null && slot.timestamp > timestamp ? slot.timestamp : timestamp, true, this.empty);
  }
  demand(): null {
    return null;
  }
  observed(): Observed {
    return {};
  }
  restoreObserved(): void {}
  close(): void {}
}

/** A table of aggregate states forwards results. */
export function forwardResults(table: Table, rows: AggregateRow, context: OperatorContext): void {
  table.connect((key, row, old, timestamp) => {
    context.emit(key, row === null ? null : rows.result(row), old === null ? null : rows.result(old), timestamp);
  });
}
