import { array, compareValues, struct, type SqlType, type SqlValue } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t, variadic, type ReturnRule, type TypeSpec, type Value } from '../define.js';
import type { AggregateVariant, ArgumentType } from '../entry.js';
import { mergedRanking, ranked, rankingSize } from './ranking.js';

const size = p.integer('k', 'how many values to keep');

function valuesVariant(spec: TypeSpec<Value>): AggregateVariant {
  return aggregateVariant({
    parameters: [p.of(spec, 'column')],
    literals: [size],
    state: t.list(spec),
    returns: t.array(spec),
    undoable: false,
    bind: ({ argumentTypes, literals }) => {
      const k = rankingSize(literals[0]);
      const type = sqlTypeOf(argumentTypes[0]);
      const order = (a: Value, b: Value) => compareValues(type, a, b);
      return {
        initialize: () => [],
        aggregate: (state, value) => (value === null ? state : ranked(state, value, order, k)),
        merge: (earlier, later) => mergedRanking(earlier, later, (list, value) => ranked(list, value, order, k)),
        result: (state) => state,
      };
    },
  });
}

type Columns = readonly SqlValue[];

/** The ranked column first, then those carried along. ksqlDB's field names, in lower case. */
function columnsType(argumentTypes: readonly ArgumentType[]): SqlType {
  const fields = argumentTypes.map((type, index) => ({ name: index === 0 ? 'sort_col' : `col${index - 1}`, type: sqlTypeOf(type) }));
  return array(struct(fields));
}

function columnsVariant(spec: TypeSpec<Value>): AggregateVariant {
  const rows: ReturnRule<readonly Columns[]> = {
    declared: { type: t.array(t.struct(['sort_col', spec], ['col0', t.any])).type },
    resolve: columnsType,
  };
  return aggregateVariant({
    parameters: [p.of(spec, 'column'), p.any('other'), variadic(p.any('others'))],
    literals: [size],
    state: rows,
    returns: rows,
    undoable: false,
    bind: ({ argumentTypes, literals }) => {
      const k = rankingSize(literals[0]);
      const type = sqlTypeOf(argumentTypes[0]);
      const order = (a: Columns, b: Columns) => compareValues(type, a[0] ?? null, b[0] ?? null);
      return {
        initialize: () => [],
        aggregate: (state, value, ...others) => (value === null ? state : ranked(state, [value, ...others], order, k)),
        merge: (earlier, later) => mergedRanking(earlier, later, (list, columns) => ranked(list, columns, order, k)),
        result: (state) => state,
      };
    },
  });
}

const RANKED_TYPES = [t.integer, t.bigint, t.double, t.string];

export const topk = aggregateFunction({
  name: 'TOPK',
  description: 'The k greatest values in descending order, repetitions included, nulls not. With more columns: structs of the ranked value and theirs.',
  examples: [
    { sql: 'TOPK(x, 2)', over: { columns: 'x INTEGER', rows: ['1', '3', 'NULL', '3'] }, result: '[3, 3]' },
    {
      sql: 'TOPK(x, y, 1)',
      over: { columns: 'x INTEGER, y STRING', rows: ["1, 'a'", "3, 'b'"] },
      result: '[Struct{sort_col=3,col0=b}]',
    },
  ],
  variants: [...RANKED_TYPES.map(valuesVariant), ...RANKED_TYPES.map(columnsVariant)],
});
