import { present } from '../../errors/index.js';
import type { ForeignKeyJoin } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import { mapKeyOf, type Key, type MapKey, type Row, type SqlValue } from '../../types/index.js';
import { INSTRUCTION } from './foreign-key-messages.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { ForeignKeyPieces } from './pieces.js';
import { rowHash } from './row-hash.js';

/**
 * First part of a foreign-key join, at the left table: tells the right side who refers to which of its rows.
 *
 * | left change | INNER | LEFT |
 * |---|---|---|
 * | insert | subscribe, answer if the right row exists | subscribe, answer |
 * | update, same foreign key | the same | the same |
 * | update, other foreign key | unsubscribe; subscribe, answer | the same |
 * | delete | unsubscribe, answer null | the same |
 * | insert without a foreign key | nothing | answer null (row with nulls) |
 * | update from none to one | subscribe, answer | the same |
 * | update from one to none | unsubscribe, answer null (tombstone) | unsubscribe; answer null (row with nulls) |
 * | delete without a foreign key | nothing | answer null (tombstone) |
 * | null key | dropped | dropped |
 * | late | there is no lateness | |
 */
export class ForeignKeySubscribe implements Operator {
  readonly name: string;
  private readonly isLeft: boolean;
  private readonly hash: (row: Row) => Uint8Array;
  private readonly identity: (foreignKey: SqlValue) => MapKey;
  private context: OperatorContext | null = null;
  private table: Table | null = null;

  constructor(step: ForeignKeyJoin, private readonly pieces: ForeignKeyPieces) {
    this.name = `${step.name}-Subscribe`;
    this.isLeft = step.type === 'LEFT';
    this.hash = rowHash(step.left.schema.value.map((column) => column.type));
    this.identity = mapKeyOf(present(step.right.schema.key[0], 'key of the right table').type);
  }
  open(context: OperatorContext): void {
    this.context = context;
    this.table = context.table(this.pieces.left.store);
  }
  process(_input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    if (key === null) return;
    let before = old ?? null;
    if (this.pieces.left.owned) {
      const table = present(this.table, 'open table');
      before = table.get(key)?.row ?? null;
      table.put(key, row, timestamp, false);
    }
    if (row === null && before === null) return;
    const oldKey = before === null ? null : this.pieces.foreignKey(key, before);
    const newKey = row === null ? null : this.pieces.foreignKey(key, row);
    const send = (foreignKey: SqlValue, instruction: number): void => {
      const head = [row === null ? null : this.hash(row), instruction, present(this.context, 'context').partition];
      this.context?.emit(foreignKey === null ? null : [foreignKey], [...head, ...key], undefined, timestamp);
    };
    if (row === null || newKey === null) this.leave(row, oldKey, send);
    else this.subscribe(before, oldKey, newKey, send);
  }
  demand(): null {
    return null;
  }
  observed(): Observed {
    return {};
  }
  restoreObserved(): void {}
  close(): void {}

  /** The row is gone or refers to nothing any more. */
  private leave(row: Row | null, oldKey: SqlValue, send: (foreignKey: SqlValue, instruction: number) => void): void {
    if (this.isLeft && row !== null) {
      if (oldKey !== null) send(oldKey, INSTRUCTION.unsubscribe);
      send(null, INSTRUCTION.subscribeAndAnswer);
    } else if (oldKey !== null || this.isLeft) {
      send(oldKey, INSTRUCTION.unsubscribeAndAnswer);
    }
  }

  private subscribe(before: Row | null, oldKey: SqlValue, newKey: SqlValue, send: (foreignKey: SqlValue, instruction: number) => void): void {
    const isSame = oldKey !== null && this.identity(oldKey) === this.identity(newKey);
    if (oldKey !== null && !isSame) send(oldKey, INSTRUCTION.unsubscribe);
    const isQuiet = !this.isLeft && (before === null || isSame);
    send(newKey, isQuiet ? INSTRUCTION.subscribe : INSTRUCTION.subscribeAndAnswer);
  }
}
