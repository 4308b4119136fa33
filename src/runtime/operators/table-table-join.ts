import { present } from '../../errors/index.js';
import type { TableTableJoin } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import { forwardedRow, joinRows, type JoinRows } from './join-rows.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { SidePieces, TableTablePieces } from './pieces.js';

/**
 * Primary-key join of two tables: one output per change, even if equal to the one before. ts = max(change, other row).
 *
 * | change on | INNER | LEFT | FULL |
 * |---|---|---|---|
 * | left, no other row | nothing | row with nulls, tombstone if deleted; nothing if it was and is absent | as LEFT |
 * | left, other row | joined row, tombstone if deleted | the same | joined row, row with null left if deleted |
 * | right, no other row | nothing | nothing | row with null left, tombstone if deleted; nothing if it was and is absent |
 * | right, other row | joined row, tombstone if deleted | joined row, row with null right if deleted | as LEFT |
 * | null key | dropped | dropped | dropped |
 *
 * The other side is the row its forwarded changes lead to, so that `old` is what was emitted before.
 */
export class TableTableJoinOperator implements Operator {
  readonly name: string;
  private readonly join: JoinRows;
  private readonly keepsLeft: boolean;
  private readonly keepsRight: boolean;
  private readonly sides: readonly [SidePieces, SidePieces];
  private tables: readonly Table[] = [];
  private context: OperatorContext | null = null;

  constructor(step: TableTableJoin, { left, right }: TableTablePieces) {
    this.name = step.name;
    this.join = joinRows(step.swapped, step.left.schema.value.length, step.right.schema.value.length);
    this.keepsLeft = step.type !== 'INNER';
    this.keepsRight = step.type === 'FULL';
    this.sides = [left, right];
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.tables = this.sides.map((side) => context.table(side.store));
  }
  process(input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    if (key === null) return;
    const isLeft = input === 0;
    const [side, otherSide] = isLeft ? this.sides : [this.sides[1], this.sides[0]];
    const table = present(this.tables[isLeft ? 0 : 1], 'table of the changed side');
    let before = old ?? null;
    if (side.owned) {
      before = table.get(key)?.row ?? null;
      table.put(key, row, timestamp, false);
    }
    const other = forwardedRow(present(this.tables[isLeft ? 1 : 0], 'table of the other side'), otherSide, key);
    if (other === null && !(isLeft ? this.keepsLeft : this.keepsRight)) return;
    if (other === null && row === null && before === null) return;
    const otherRow = other === null ? null : other.row;
    const joined = isLeft ? this.result(row, otherRow) : this.result(otherRow, row);
    const previous = isLeft ? this.result(before, otherRow) : this.result(otherRow, before);
    this.context?.emit(key, joined, previous, other === null ? timestamp : Math.max(timestamp, other.timestamp));
  }
  demand(): null {
    return null;
  }
  observed(): Observed {
    return {};
  }
  restoreObserved(): void {}
  close(): void {}

  /** What the join shows for two current rows; null: no row. */
  private result(left: Row | null, right: Row | null): Row | null {
    if (left === null && !(right !== null && this.keepsRight)) return null;
    if (right === null && !(left !== null && this.keepsLeft)) return null;
    return this.join(left, right);
  }
}
