import type { BoundAggregate } from '../../functions/index.js';
import type { Key, Row, SqlValue } from '../../types/index.js';

/** One aggregate call of a step, bound and compiled. */
export interface AggregatePiece {
  readonly bound: BoundAggregate;
  /** Values of the column arguments; logs a failing one itself and gives null for it. Not called where `column` is given. */
  readonly arguments: (key: Key, row: Row) => readonly SqlValue[];
  /** Set where the only argument is this column of the value row, unchanged: number aggregates then read it in place. */
  readonly column: number | null;
}
export interface AggregatePieces {
  /** In the step's order. */
  readonly aggregates: readonly AggregatePiece[];
}
/** Rows of a table as a later step sees them: a store, and the compiled stateless steps above it (null: none). */
export interface TableView {
  readonly store: string;
  /** null result: no row (a filter refused it). */
  readonly view: ((key: Key, row: Row, timestamp: number) => Row | null) | null;
}
/** One side of a table join. `owned`: the store is the join's own (the step's StoreRef), which the join writes. */
export interface SidePieces extends TableView {
  readonly owned: boolean;
}
export interface TableTablePieces {
  readonly left: SidePieces;
  readonly right: SidePieces;
}
export interface ForeignKeyPieces extends TableTablePieces {
  /** Key of the right table from a left row; null where null or failed. */
  readonly foreignKey: (key: Key, row: Row) => SqlValue;
  /** A keyed table (layout `keyed`, key = left key, value = output value) that keeps what was emitted where a later step needs `old`. */
  readonly resultStore: string | null;
}
export interface FlatMapPieces {
  /** One per table function: its rows for this record; null or a logged failure: no rows. */
  readonly functions: readonly ((key: Key | null, row: Row) => readonly SqlValue[] | null)[];
}
