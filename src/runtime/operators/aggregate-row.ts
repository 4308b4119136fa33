import { RecordError } from '../../errors/index.js';
import type { StreamAggregate, StreamWindowedAggregate, TableAggregate } from '../../plan/index.js';
import type { Key, Row, SqlType, SqlValue } from '../../types/index.js';
import type { OperatorContext } from './operator.js';
import type { AggregatePiece, AggregatePieces } from './pieces.js';

type AggregateStep = StreamAggregate | StreamWindowedAggregate | TableAggregate;
type Advance = (state: SqlValue, key: Key, row: Row) => SqlValue;

/** Rows of an aggregate: stored = carried columns ++ states, output = carried columns ++ results. */
export class AggregateRow {
  /** The empty aggregate: carried columns null. */
  readonly initial: Row;
  private readonly carried: readonly number[];
  private readonly advances: readonly Advance[];
  private readonly pieces: readonly AggregatePiece[];
  /** Stored and output row are one and the same. */
  private readonly isResult: boolean;

  constructor(step: AggregateStep, { aggregates }: AggregatePieces) {
    this.carried = step.carried;
    this.pieces = aggregates;
    this.advances = aggregates.map((piece, index) => advanceOf(piece, isConstant(step, index)));
    this.initial = [...step.carried.map(() => null), ...aggregates.map((piece) => piece.bound.initialize())];
    this.isResult = aggregates.every((piece) => piece.bound.inline !== undefined);
  }

  add(stored: Row, key: Key, row: Row): Row {
    const { carried, advances } = this;
    const width = carried.length;
    const next: SqlValue[] = [];
    for (let i = 0; i < width; i++) next.push(row[carried[i] ?? 0] ?? null);
    for (let i = 0; i < advances.length; i++) next.push(advances[i]?.(stored[width + i] ?? null, key, row) ?? null);
    return next;
  }
  /** Carried columns come from the newest row processed, a subtracted one included (as ksqlDB has it). */
  subtract(stored: Row, key: Key, row: Row): Row {
    const width = this.carried.length;
    const states = this.pieces.map((piece, i) => {
      const state = stored[width + i] ?? null;
      return piece.bound.undo === null ? state : piece.bound.undo(state, valuesOf(piece, key, row));
    });
    return [...this.carried.map((index) => row[index] ?? null), ...states];
  }
  /** `later` is the session with the later end. */
  merge(earlier: Row, later: Row): Row {
    const width = this.carried.length;
    return earlier.map((value, i) => {
      const other = later[i] ?? null;
      const merge = this.pieces[i - width]?.bound.merge;
      return i < width || merge === undefined || merge === null ? (value ?? other) : merge(value, other);
    });
  }
  result(stored: Row): Row {
    if (this.isResult) return stored;
    const width = this.carried.length;
    return stored.map((value, i) => (i < width ? value : (this.pieces[i - width]?.bound.result(value) ?? null)));
  }
}

/** Output row of a stored aggregate row, for readers of the store (pull queries). */
export function aggregateResult(step: AggregateStep, pieces: AggregatePieces): (stored: Row) => Row {
  const rows = new AggregateRow(step, pieces);
  return (stored) => rows.result(stored);
}

/** A row that cannot be aggregated is reported and changes nothing; other errors are not about the row. */
export function refused(error: unknown, context: Pick<OperatorContext, 'recordError'>): void {
  if (!(error instanceof RecordError)) throw error;
  context.recordError(error.message, null);
}

function isConstant(step: AggregateStep, index: number): boolean {
  const [argument] = step.aggregates[index]?.arguments ?? [];
  return argument === undefined || (argument.kind === 'literal' && argument.value !== null);
}

function valuesOf(piece: AggregatePiece, key: Key, row: Row): readonly SqlValue[] {
  return piece.column === null ? piece.arguments(key, row) : [row[piece.column] ?? null];
}

/** The cheapest function that equals `bound.aggregate`. Whatever is not a plain number in range takes the general way. */
function advanceOf(piece: AggregatePiece, isConstantArgument: boolean): Advance {
  const { bound, column } = piece;
  const general: Advance = (state, key, row) => bound.aggregate(state, valuesOf(piece, key, row));
  switch (bound.inline) {
    case 'count':
      if (isConstantArgument) {
        return (state, key, row) => (typeof state === 'number' && state < Number.MAX_SAFE_INTEGER ? state + 1 : general(state, key, row));
      }
      if (column === null) return general;
      return (state, key, row) => {
        if (typeof state !== 'number' || state >= Number.MAX_SAFE_INTEGER) return general(state, key, row);
        return (row[column] ?? null) === null ? state : state + 1;
      };
    case 'sum':
      return column === null ? general : sumOf(bound.returnType, column, general);
    case 'min':
    case 'max':
      return column === null ? general : extremeOf(bound.inline === 'min', column, general);
    case undefined:
      return general;
    default:
      return general;
  }
}

function sumOf(type: SqlType, column: number, general: Advance): Advance {
  const fits = rangeOf(type);
  if (fits === null) return general;
  return (state, key, row) => {
    const value = row[column];
    if (typeof value !== 'number' || typeof state !== 'number') return general(state, key, row);
    const sum = state + value;
    return fits(sum) ? sum : general(state, key, row);
  };
}

function rangeOf(type: SqlType): ((sum: number) => boolean) | null {
  switch (type.kind) {
    case 'INTEGER':
      return (sum) => (sum | 0) === sum;
    case 'BIGINT':
      return (sum) => Number.isSafeInteger(sum);
    case 'DOUBLE':
      return () => true;
    default:
      return null;
  }
}

/** Equal values and NaN take the general way: zeros differ in sign. */
function extremeOf(isMin: boolean, column: number, general: Advance): Advance {
  return (state, key, row) => {
    const value = row[column];
    if (typeof value === 'number' && typeof state === 'number') {
      if (value < state) return isMin ? value : state;
      if (value > state) return isMin ? state : value;
    }
    return general(state, key, row);
  };
}
