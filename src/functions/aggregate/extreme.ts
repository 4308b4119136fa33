import { compareValues, type Long, type SqlType } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateVariant, p, sameTypeAs, t, type ReturnRule, type TypeSpec, type Value } from '../define.js';
import type { AggregateVariant } from '../entry.js';

/** MAX (sign 1) and MIN (sign −1). Types held as numbers are compared without looking at the type and may be inlined. */
export function extremeVariants(sign: 1 | -1): readonly AggregateVariant[] {
  const numbers = [t.integer, t.bigint, t.double, t.date, t.time, t.timestamp];
  return [
    ...numbers.map((type) => numberVariant(type, t.nullable(type), sign)),
    numberVariant(t.decimal, sameTypeAs(0, t.nullable(t.decimal)), sign),
    comparedVariant(t.string, sign),
    comparedVariant(t.bytes, sign),
  ];
}

/** NaN is the greatest DOUBLE, as in Java. */
const greater = (state: Long | null, value: Long | null): Long | null => {
  if (value === null) return state;
  return state === null || value > state || Number.isNaN(value) ? value : state;
};
const smaller = (state: Long | null, value: Long | null): Long | null => {
  if (value === null) return state;
  return state === null || value < state || Number.isNaN(state) ? value : state;
};

function numberVariant(type: TypeSpec<Long>, result: TypeSpec<Long | null> | ReturnRule<Long | null>, sign: 1 | -1): AggregateVariant {
  const choose = sign > 0 ? greater : smaller;
  return aggregateVariant({
    parameters: [p.of(type, 'column')],
    state: result,
    returns: result,
    undoable: false,
    bind: () => ({ initialize: () => null, aggregate: choose, merge: choose, result: (state) => state, inline: sign > 0 ? 'max' : 'min' }),
  });
}

function comparedVariant(spec: TypeSpec<Value>, sign: 1 | -1): AggregateVariant {
  const chooseOf = (type: SqlType) => (state: Value | null, value: Value | null) => {
    if (value === null) return state;
    return state === null || compareValues(type, value, state) * sign > 0 ? value : state;
  };
  return aggregateVariant({
    parameters: [p.of(spec, 'column')],
    state: t.nullable(spec),
    returns: spec,
    undoable: false,
    bind: ({ argumentTypes }) => {
      const choose = chooseOf(sqlTypeOf(argumentTypes[0]));
      return { initialize: () => null, aggregate: choose, merge: choose, result: (state) => state };
    },
  });
}
