import { aggregateFunction, aggregateVariant, p, t, variadic, type FunctionEntry, type TypeSpec, type Value } from '../../functions/index.js';
import { wrapLong, type Long, type SqlValue } from '../../types/index.js';

const described = { description: 'For the conformance cases only.', examples: [] } as const;
const add = (left: Long, right: Long): Long => wrapLong(BigInt(left) + BigInt(right));
const lengthOf = (value: SqlValue | undefined): number => (typeof value === 'string' ? value.length : 0);
const longOf = (value: SqlValue | undefined): Long => (typeof value === 'number' || typeof value === 'bigint' ? value : 0);
const lengths = (values: readonly SqlValue[]): number => values.reduce((sum: number, value) => sum + lengthOf(value), 0);

const summing = (spec: TypeSpec<Long>) =>
  aggregateVariant({
    parameters: [p.of(spec, 'a')],
    state: t.bigint,
    returns: t.bigint,
    undoable: true,
    bind: () => ({
      initialize: () => 0,
      aggregate: (state, value) => (value === null ? state : add(state, value)),
      undo: (state, value) => (value === null ? state : wrapLong(BigInt(state) - BigInt(value))),
      merge: add,
      result: (state) => state,
    }),
  });

const pair = t.record(['A', t.integer], ['B', t.integer]);

const testUdaf = aggregateFunction({
  ...described,
  name: 'TEST_UDAF',
  variants: [
    summing(t.bigint),
    summing(t.integer),
    aggregateVariant({
      parameters: [p.double('a')],
      state: t.double,
      returns: t.double,
      undoable: false,
      bind: () => ({ initialize: () => 0, aggregate: (state, value) => state + (value ?? 0), merge: (left, right) => left + right, result: (state) => state }),
    }),
    aggregateVariant({
      parameters: [p.string('a')],
      literals: [p.string('init')],
      state: t.bigint,
      returns: t.bigint,
      undoable: false,
      bind: ({ literals }) => ({
        initialize: () => lengthOf(literals[0]),
        aggregate: (state, value) => add(state, lengthOf(value)),
        merge: add,
        result: (state) => state,
      }),
    }),
    aggregateVariant({
      parameters: [p.of(t.struct(['A', t.integer], ['B', t.integer]), 'a')],
      state: pair,
      returns: pair,
      undoable: false,
      bind: () => ({
        initialize: () => [0, 0] as const,
        aggregate: (state, value) => (value === null ? state : ([state[0] + (value[0] ?? 0), state[1] + (value[1] ?? 0)] as const)),
        merge: (left, right) => [left[0] + right[0], left[1] + right[1]] as const,
        result: (state) => state,
      }),
    }),
  ],
});

const varArg = aggregateFunction({
  ...described,
  name: 'VAR_ARG',
  variants: [
    aggregateVariant({
      parameters: [p.bigint('a'), variadic(p.string('b'))],
      state: t.bigint,
      returns: t.bigint,
      undoable: false,
      bind: () => ({ initialize: () => 0, aggregate: (state, value, ...rest) => add(add(state, value ?? 0), lengths(rest)), merge: add, result: (state) => state }),
    }),
  ],
});

const midVarArg = aggregateFunction({
  ...described,
  name: 'MID_VAR_ARG',
  variants: [
    aggregateVariant({
      parameters: [p.bigint('a'), variadic(p.string('b'))],
      literals: [p.integer('x'), p.integer('y')],
      state: t.bigint,
      returns: t.bigint,
      undoable: false,
      bind: ({ literals }) => ({
        initialize: () => 0,
        aggregate: (state, value, ...rest) => add(add(state, value ?? 0), lengths(rest)),
        merge: add,
        result: (state) => add(state, add(longOf(literals[0]), longOf(literals[1]))),
      }),
    }),
  ],
});

/** Starts from the literals, then adds every number and the length of every text of a row. */
function multi(name: string, columns: readonly ('bigint' | 'integer' | 'string')[]): FunctionEntry {
  const parameters = columns.map((kind, index) => p[kind](`c${index}`));
  return aggregateFunction({
    ...described,
    name,
    variants: [
      aggregateVariant({
        parameters,
        literals: [p.integer('i'), variadic(p.string('s'))],
        state: t.bigint,
        returns: t.bigint,
        undoable: false,
        bind: ({ literals }) => ({
          initialize: () => add(longOf(literals[0]), lengths(literals.slice(1))),
          aggregate: (state, ...values) => values.reduce((sum: Long, value: SqlValue) => add(sum, typeof value === 'string' ? value.length : longOf(value)), state),
          merge: add,
          result: (state) => state,
        }),
      }),
    ],
  });
}

const appended = (state: readonly (Value | null)[], values: readonly SqlValue[]): readonly (Value | null)[] =>
  values.some((value) => value === null) ? state : [...state, values[0] ?? null];

const genericVarArg = aggregateFunction({
  ...described,
  name: 'GENERIC_VAR_ARG',
  variants: [
    aggregateVariant({
      parameters: [p.generic('A', 'a'), p.generic('B', 'b'), variadic(p.generic('C', 'c'))],
      state: t.array(t.generic('A')),
      returns: t.array(t.generic('A')),
      undoable: false,
      bind: () => ({ initialize: () => [], aggregate: (state, ...values) => appended(state, values), merge: (left, right) => [...left, ...right], result: (state) => state }),
    }),
  ],
});

const objColArg = aggregateFunction({
  ...described,
  name: 'OBJ_COL_ARG',
  variants: [
    aggregateVariant({
      parameters: [p.integer('a'), variadic(p.any('b'))],
      state: t.array(t.integer),
      returns: t.array(t.integer),
      undoable: false,
      bind: () => ({
        initialize: () => [],
        aggregate: (state, value, ...rest) => (value === null || rest.some((each) => each === null) ? state : [...state, value]),
        merge: (left, right) => [...left, ...right],
        result: (state) => state,
      }),
    }),
  ],
});

export const testAggregates: readonly FunctionEntry[] = [
  testUdaf,
  varArg,
  midVarArg,
  multi('MULTI_ARG', ['bigint', 'string']),
  multi('FOUR_ARG', ['bigint', 'string', 'string', 'string']),
  multi('FIVE_ARG', ['bigint', 'string', 'string', 'string', 'integer']),
  genericVarArg,
  objColArg,
];
