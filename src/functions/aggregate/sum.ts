import { canonicalLong, decimalToText, fitsDecimal, type DecimalType, type Long } from '../../types/index.js';
import { aggregateFunction, aggregateVariant, p, sameTypeAs, t } from '../define.js';
import type { AggregateVariant } from '../entry.js';
import { EvaluationError } from '../evaluation-error.js';
import { numberKinds, type NumberKind } from './number-kind.js';

const sumOf = ({ spec, add, subtract }: NumberKind): AggregateVariant =>
  aggregateVariant({
    parameters: [p.of(spec, 'column')],
    state: spec,
    returns: spec,
    undoable: true,
    bind: () => ({
      initialize: () => 0,
      aggregate: (state, value) => (value === null ? state : add(state, value)),
      undo: (state, value) => (value === null ? state : subtract(state, value)),
      merge: add,
      result: (state) => state,
      inline: 'sum',
    }),
  });

/** Exact; a sum that its type cannot hold fails the record. */
function checkedSum(type: DecimalType, a: Long, b: Long, sign: 1 | -1): Long {
  const quick = typeof a === 'number' && typeof b === 'number' ? a + sign * b : Number.NaN;
  const sum = Number.isSafeInteger(quick) ? quick : canonicalLong(BigInt(a) + BigInt(sign) * BigInt(b));
  if (fitsDecimal(sum, type)) return sum;
  const digits = type.precision - type.scale;
  throw new EvaluationError(
    `Numeric field overflow: A field with precision ${type.precision} and scale ${type.scale} must round to an absolute value less than 10^${digits}. Got ${decimalToText(sum, type.scale)}`,
  );
}

const decimalSum = aggregateVariant({
  parameters: [p.decimal('column')],
  state: sameTypeAs(0, t.decimal),
  returns: sameTypeAs(0, t.decimal),
  undoable: true,
  bind: ({ returnType: type }) => {
    const add = (a: Long, b: Long, sign: 1 | -1): Long => (type.kind === 'DECIMAL' ? checkedSum(type, a, b, sign) : a);
    return {
      initialize: () => 0,
      aggregate: (state, value) => (value === null ? state : add(state, value, 1)),
      undo: (state, value) => (value === null ? state : add(state, value, -1)),
      merge: (earlier, later) => add(earlier, later, 1),
      result: (state) => state,
    };
  },
});

export const sum = aggregateFunction({
  name: 'SUM',
  description: 'The sum of the values that are not null; 0 when there are none. INTEGER and BIGINT wrap; a DECIMAL that no longer fits fails the record.',
  examples: [{ sql: 'SUM(x)', over: { columns: 'x INTEGER', rows: ['1', '2', 'NULL'] }, result: '3' }],
  variants: [...numberKinds.map(sumOf), decimalSum],
});
