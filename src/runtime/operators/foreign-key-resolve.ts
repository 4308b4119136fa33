import { present } from '../../errors/index.js';
import type { ForeignKeyJoin } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import { mapKeyOf, type Key, type MapKey, type Row, type SqlValue } from '../../types/index.js';
import { RESPONSE_HEAD } from './foreign-key-messages.js';
import { forwardedRow, joinRows, type JoinRows } from './join-rows.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { ForeignKeyPieces } from './pieces.js';
import { rowHash, sameHash } from './row-hash.js';

/**
 * Third part of a foreign-key join, back at the left table: pairs answers with the left row they were asked for.
 *
 * | answer | INNER | LEFT |
 * |---|---|---|
 * | for another left row than the current one (hash) | discarded | discarded |
 * | the same, but null, and the row is gone, has no foreign key now, or still the one that answers | tombstone | discarded |
 * | with a right row | joined row | joined row |
 * | null, left row there | tombstone | row with nulls |
 * | null, left row gone | tombstone | tombstone |
 *
 * The right row may be gone before it learns of the newest left row with the same foreign key, which it then answers with silence
 * (INNER); and a row that is gone or without foreign key asks nothing. The answer to the row before is all that will come.
 *
 * ts = the answer's. `old` is known only with a result store; without one it is undefined.
 */
export class ForeignKeyResolve implements Operator {
  readonly name: string;
  private readonly join: JoinRows;
  private readonly isLeft: boolean;
  private readonly hash: (row: Row) => Uint8Array;
  private readonly identity: (foreignKey: SqlValue) => MapKey;
  private context: OperatorContext | null = null;
  private left: Table | null = null;
  private results: Table | null = null;

  constructor(step: ForeignKeyJoin, private readonly pieces: ForeignKeyPieces) {
    this.name = `${step.name}-Resolve`;
    this.join = joinRows(step.swapped, step.left.schema.value.length, step.right.schema.value.length);
    this.isLeft = step.type === 'LEFT';
    this.identity = mapKeyOf(present(step.right.schema.key[0], 'key of the right table').type);
    this.hash = rowHash(step.left.schema.value.map((column) => column.type));
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.left = context.table(this.pieces.left.store);
    this.results = this.pieces.resultStore === null ? null : context.table(this.pieces.resultStore);
    this.results?.connect(context.emit);
  }
  process(_input: number, key: Key | null, row: Row | null, _old: Row | null | undefined, timestamp: number): void {
    if (key === null || row === null) return;
    const [, asked = null, exists, foreignKey = null] = row;
    const left = forwardedRow(present(this.left, 'left table'), this.pieces.left, key);
    const current = left === null ? null : this.hash(left.row);
    const isStale = !sameHash(current, asked instanceof Uint8Array ? asked : null);
    if (isStale && (exists === true || this.isLeft || (left !== null && this.asksElsewhere(key, left.row, foreignKey)))) return;
    const right = exists === true ? row.slice(RESPONSE_HEAD) : null;
    const isGone = left === null || (right === null && !this.isLeft);
    const result = isGone ? null : this.join(left.row, right);
    if (this.results !== null) this.results.put(key, result, timestamp, true);
    else this.context?.emit(key, result, undefined, timestamp);
  }
  /** The row refers to another right row than the one that answers: that one's answer decides. */
  private asksElsewhere(key: Key, left: Row, foreignKey: SqlValue): boolean {
    const current = this.pieces.foreignKey(key, left);
    return current !== null && (foreignKey === null || this.identity(current) !== this.identity(foreignKey));
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
