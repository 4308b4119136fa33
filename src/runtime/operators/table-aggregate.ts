import { present } from '../../errors/index.js';
import type { TableAggregate } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { AggregateRow, failed } from './aggregate-row.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { AggregatePieces } from './pieces.js';
import { forwardResults } from './stream-aggregate.js';

/**
 * GROUP BY on a table. A change arrives under its group key: `old` to subtract, `row` to add, or both (same group).
 *
 * | in | out |
 * |---|---|
 * | row only (insert) | apply, creating the group if needed |
 * | row and old (update in the group) | undo old, then apply row, one change |
 * | old only (delete, or moved away) | undo; the group stays, COUNT falls to 0; an unknown group forwards (null, null) |
 * | null key | dropped |
 * | late | there is no lateness; ts = max(record, stored) |
 */
export class TableAggregateOperator implements Operator {
  readonly name: string;
  private readonly rows: AggregateRow;
  private context: OperatorContext | null = null;
  private table: Table | null = null;

  constructor(private readonly step: TableAggregate, pieces: AggregatePieces) {
    this.name = step.name;
    this.rows = new AggregateRow(step, pieces);
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.table = context.table(this.step.store.name);
    forwardResults(this.table, this.rows, context);
  }
  process(_input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    const before = old ?? null;
    if (key === null || (row === null && before === null)) return;
    const table = present(this.table, 'open table');
    const slot = table.slot(key);
    const stored = slot.row;
    let next = stored;
    try {
      // What was subtracted from is a row of our own.
      let { isOwn } = slot;
      if (next !== null && before !== null) {
        next = this.rows.subtract(next, key, before, isOwn);
        isOwn = true;
      }
      if (row !== null) next = this.rows.add(next ?? this.rows.initial, key, row, next !== null && isOwn);
    } catch (error) {
      failed(error, this.context);
      return;
    }
    table.write(slot, next, stored !== null && slot.timestamp > timestamp ? slot.timestamp : timestamp, true);
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
