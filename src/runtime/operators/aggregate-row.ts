import { RecordError } from '../../errors/index.js';
import { UserFunctionError } from '../../functions/index.js';
import type { StreamAggregate, StreamWindowedAggregate, TableAggregate } from '../../plan/index.js';
import type { Key, Row, SqlValue } from '../../types/index.js';
import { compileAdd, type AddToRow } from './aggregate-add.js';
import type { OperatorContext } from './operator.js';
import type { AggregatePiece, AggregatePieces } from './pieces.js';

type AggregateStep = StreamAggregate | StreamWindowedAggregate | TableAggregate;

/** Rows of an aggregate: stored = carried columns ++ states, output = carried columns ++ results. */
export class AggregateRow {
  /** The empty aggregate: carried columns null. */
  readonly initial: Row;
  /** The stored row (or the empty one) with one more row in it. `isOwn`: nobody else holds the stored row, so its states may be changed. */
  readonly add: AddToRow;
  private readonly carried: readonly number[];
  private readonly pieces: readonly AggregatePiece[];
  /** Stored and output row are one and the same. */
  private readonly isResult: boolean;
  private readonly mayRefuse: boolean;

  constructor(step: AggregateStep, { aggregates }: AggregatePieces) {
    this.carried = step.carried;
    this.pieces = aggregates;
    // Where a row may be refused half way, the states before it must be there still.
    const mayRefuse = aggregates.some((piece) => piece.bound.mayRefuse === true);
    const add = compileAdd(step.carried, aggregates.map((piece, index) => ({ piece, isConstantArgument: isConstant(step, index), values: (key, row) => valuesOf(piece, key, row) })));
    this.add = mayRefuse ? (stored, key, row) => add(stored, key, row, false) : add;
    this.mayRefuse = mayRefuse;
    this.initial = [...step.carried.map(() => null), ...aggregates.map((piece) => piece.bound.initialize())];
    this.isResult = aggregates.every((piece) => piece.bound.inline !== undefined);
  }

  /** Carried columns come from the newest row processed, a subtracted one included (as ksqlDB has it). */
  subtract(stored: Row, key: Key, row: Row, isOwn: boolean): Row {
    const width = this.carried.length;
    const states = this.pieces.map((piece, i) => {
      const state = stored[width + i] ?? null;
      const { undo, inPlace } = piece.bound;
      if (undo === null) return state;
      if (inPlace === undefined || inPlace.undo === null || this.mayRefuse) return undo(state, valuesOf(piece, key, row));
      return inPlace.undo(isOwn ? state : inPlace.copy(state), valuesOf(piece, key, row));
    });
    return [...this.carried.map((index) => row[index] ?? null), ...states];
  }
  /** `later` is the session with the later end. */
  merge(earlier: Row, later: Row): Row {
    const width = this.carried.length;
    const merged = earlier.slice();
    for (let i = 0; i < merged.length; i++) {
      const [value, other] = [merged[i] ?? null, later[i] ?? null];
      const merge = i < width ? null : (this.pieces[i - width]?.bound.merge ?? null);
      merged[i] = merge === null ? (value ?? other) : merge(value, other);
    }
    return merged;
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

/**
 * A row whose aggregate cannot be held (a DECIMAL sum that overflows) stops the query, as in ksqlDB: without the row every later
 * result would be wrong, and nobody would see it. A failing function of the user's own costs its row, and the processing log tells.
 */
export function failed(error: unknown, context: OperatorContext | null): void {
  if (!(error instanceof RecordError)) throw error;
  if (!(error instanceof UserFunctionError)) throw new RecordError('Exception caught in process', { cause: error });
  context?.recordError(error.message, null);
}

/** Final results that the retention took before their turn came: one entry, however many they are. */
export function tellLost(context: OperatorContext, lost: number): void {
  if (lost > 0) context.recordError(`${lost} final results are lost: the time of a record went further ahead than the windows are retained`, null);
}

function isConstant(step: AggregateStep, index: number): boolean {
  const [argument] = step.aggregates[index]?.arguments ?? [];
  return argument === undefined || (argument.kind === 'literal' && argument.value !== null);
}

function valuesOf(piece: AggregatePiece, key: Key, row: Row): readonly SqlValue[] {
  return piece.column === null ? piece.arguments(key, row) : [row[piece.column] ?? null];
}
