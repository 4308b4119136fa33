import { present } from '../../errors/index.js';
import type { StreamTableJoin } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { currentRow, joinRows, type JoinRows } from './join-rows.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { TableView } from './pieces.js';

/**
 * Each stream record meets the table's row of that moment (uncommitted changes included); table changes never emit.
 *
 * | in (stream) | INNER | LEFT |
 * |---|---|---|
 * | match | joined row, ts of the record | joined row |
 * | no table row | nothing | row with nulls |
 * | null key | dropped | row with nulls |
 * | null value | dropped | dropped |
 * | late | there is no lateness | |
 */
export class StreamTableJoinOperator implements Operator {
  readonly name: string;
  private readonly join: JoinRows;
  private readonly isLeft: boolean;
  private context: OperatorContext | null = null;
  private table: Table | null = null;

  constructor(step: StreamTableJoin, private readonly right: TableView) {
    this.name = step.name;
    this.join = joinRows(step.swapped, step.left.schema.value.length, step.right.schema.value.length);
    this.isLeft = step.type === 'LEFT';
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.table = context.table(this.right.store);
  }
  process(_input: number, key: Key | null, row: Row | null, _old: Row | null | undefined, timestamp: number): void {
    if (row === null) return;
    const found = key === null ? null : currentRow(present(this.table, 'open table'), this.right, key);
    if (found === null && !this.isLeft) return;
    this.context?.emit(key, this.join(row, found === null ? null : found.row), undefined, timestamp);
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
