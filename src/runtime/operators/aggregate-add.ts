import type { Key, Row, SqlType, SqlValue } from '../../types/index.js';
import type { AggregatePiece } from './pieces.js';
import { compileRowCode } from './row-code.js';

/** A new stored row: carried columns of `row`, then the states of `stored` advanced by it. `isOwn`: nobody else holds `stored`. */
export type AddToRow = (stored: Row, key: Key, row: Row, isOwn: boolean) => Row;

export interface AddedAggregate {
  readonly piece: AggregatePiece;
  /** The argument is never null: rows are counted. */
  readonly isConstantArgument: boolean;
  readonly values: (key: Key, row: Row) => readonly SqlValue[];
}

/**
 * Straight-line code: a number in range is advanced in place, everything else by `bound.aggregate`, which it must equal; and
 * the row is made at its final size.
 */
export function compileAdd(carried: readonly number[], aggregates: readonly AddedAggregate[]): AddToRow {
  const general = aggregates.map(generalOf);
  const lines: string[] = [];
  aggregates.forEach((aggregate, i) => {
    lines.push(`const s${i} = stored[${carried.length + i}] ?? null;`, `let n${i};`, ...advanceCode(aggregate, i));
  });
  const columns = [...carried.map((column) => `row[${column}] ?? null`), ...aggregates.map((_, i) => `n${i} ?? null`)];
  const body = [
    ...general.map((_, i) => `const g${i} = k[${i}];`),
    'return function add(stored, key, row, isOwn) {',
    ...lines,
    `return [${columns.join(', ')}];`,
    '};',
  ].join('\n');
  return compileRowCode<AddToRow>(body, general);
}

function generalOf({ piece, values }: AddedAggregate): (state: SqlValue, key: Key, row: Row, isOwn: boolean) => SqlValue {
  const { bound } = piece;
  const { inPlace } = bound;
  if (inPlace === undefined) return (state, key, row) => bound.aggregate(state, values(key, row));
  return (state, key, row, isOwn) => inPlace.aggregate(isOwn ? state : inPlace.copy(state), values(key, row));
}

function advanceCode({ piece, isConstantArgument }: AddedAggregate, i: number): readonly string[] {
  const { bound, column } = piece;
  const otherwise = `n${i} = g${i}(s${i}, key, row, isOwn);`;
  switch (bound.inline) {
    case 'count':
      if (isConstantArgument) return [`if (typeof s${i} === 'number' && s${i} < ${Number.MAX_SAFE_INTEGER}) n${i} = s${i} + 1; else ${otherwise}`];
      if (column === null) return [otherwise];
      return [`if (typeof s${i} === 'number' && s${i} < ${Number.MAX_SAFE_INTEGER}) n${i} = (row[${column}] ?? null) === null ? s${i} : s${i} + 1; else ${otherwise}`];
    case 'sum':
      return column === null ? [otherwise] : sumCode(bound.returnType, column, i, otherwise);
    case 'min':
    case 'max':
      return column === null ? [otherwise] : extremeCode(bound.inline === 'min', column, i, otherwise);
    default:
      return [otherwise];
  }
}

function sumCode(type: SqlType, column: number, i: number, otherwise: string): readonly string[] {
  const fits = rangeCode(type, `t${i}`);
  if (fits === null) return [otherwise];
  return [
    `const v${i} = row[${column}];`,
    `const t${i} = typeof v${i} === 'number' && typeof s${i} === 'number' ? s${i} + v${i} : NaN;`,
    `if (${fits}) n${i} = t${i}; else ${otherwise}`,
  ];
}

/** False for NaN: that goes the general way. */
function rangeCode(type: SqlType, sum: string): string | null {
  switch (type.kind) {
    case 'INTEGER':
      return `(${sum} | 0) === ${sum}`;
    case 'BIGINT':
      return `Number.isSafeInteger(${sum})`;
    case 'DOUBLE':
      return `${sum} === ${sum}`;
    default:
      return null;
  }
}

/** Equal values and NaN take the general way: zeros differ in sign. */
function extremeCode(isMin: boolean, column: number, i: number, otherwise: string): readonly string[] {
  const smaller = isMin ? `v${i}` : `s${i}`;
  const larger = isMin ? `s${i}` : `v${i}`;
  return [
    `const v${i} = row[${column}];`,
    `if (typeof v${i} === 'number' && typeof s${i} === 'number' && v${i} < s${i}) n${i} = ${smaller};`,
    `else if (typeof v${i} === 'number' && typeof s${i} === 'number' && v${i} > s${i}) n${i} = ${larger};`,
    `else ${otherwise}`,
  ];
}
