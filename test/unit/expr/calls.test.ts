import { describe, expect, test } from 'vitest';
import {
  aggregateCall, arithmetic, arrayOf, call, comparison, doubleLiteral, integerLiteral, interpret, isNull, lambdaVariable, nullLiteral, requireType, stringLiteral, tableCall,
  type BoundExpression, type UnboundLambda,
} from '../../../src/expr/index.js';
import {
  EvaluationError, aggregateFunction, aggregateVariant, boundVariant, p, primitive, sameTypeAs, scalar, t, tableFunction, tableVariant, variadic, variant, type FunctionEntry, type ScalarVariant,
} from '../../../src/functions/index.js';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING, TIMESTAMP, array, decimal, formatType, type SqlValue } from '../../../src/types/index.js';
import { FAILED, catalogueOf, column, environmentWith, evaluate } from './evaluate.js';

const int = (value: number): BoundExpression => integerLiteral(BigInt(value));
const names = (name: string, variants: readonly ScalarVariant[]): FunctionEntry => scalar({ name, category: 'OTHER', description: '', examples: [], variants });
/** A variant that answers with its own label, to see which one was chosen. */
const labelled = (label: string, parameters: Parameters<typeof variant>[0]['parameters']): ScalarVariant =>
  variant({ parameters, returns: t.string, nulls: 'called', evaluate: () => label });

const PICK = names('pick', [
  labelled('integer', [p.integer('val')]),
  labelled('bigint', [p.bigint('val')]),
  labelled('double', [p.double('val')]),
  labelled('integers', [p.integer('first'), variadic(p.integer('others'))]),
]);
const SPREAD = names('SPREAD', [labelled('any', [p.string('a'), variadic(p.any('rest'))]), labelled('strings', [p.string('a'), variadic(p.string('rest'))]), labelled('two', [p.string('a'), p.string('b')])]);
const LARGEST = names('LARGEST', [
  labelled('integers', [p.integer('a'), variadic(p.integer('rest'))]), labelled('bigints', [p.bigint('a'), variadic(p.bigint('rest'))]), labelled('doubles', [p.double('a'), variadic(p.double('rest'))]),
]);
const FIRST = names('FIRST', [variant({ parameters: [p.generic('T', 'first'), variadic(p.generic('T', 'rest'))], returns: t.generic('T'), nulls: 'called', evaluate: (...values) => values.find((value) => value !== null) ?? null })]);
const WHEN = names('WHEN_IS', [variant({ parameters: [p.timestamp('at')], returns: t.timestamp, nulls: 'propagate', evaluate: (at) => Number(at) + 1 })]);
const HALF = names('HALF', [
  variant({
    parameters: [primitive(p.integer('n'))], returns: t.integer, nulls: 'called',
    evaluate: (n) => {
      if (n % 2 !== 0) throw new EvaluationError('odd');
      return n / 2;
    },
  }),
]);
const SAME = names('SAME', [variant({ parameters: [p.decimal('d')], returns: sameTypeAs(0, t.decimal), nulls: 'propagate', evaluate: (d) => d })]);
const EACH = names('EACH', [
  boundVariant({ parameters: [p.array(t.generic('T'), 'items'), p.of(t.lambda([t.generic('T')], t.generic('R')), 'f')], returns: t.array(t.generic('R')), nulls: 'propagate', bind: () => (items, f) => items.map((item) => f(item)) }),
]);
const FOLD = names('FOLD', [
  boundVariant({
    parameters: [p.array(t.generic('T'), 'items'), p.generic('S', 'start'), p.of(t.lambda([t.generic('S'), t.generic('T')], t.generic('S')), 'f')],
    returns: t.generic('S'), nulls: 'called',
    bind: () => (items, start, f) => (items ?? []).reduce<ReturnType<NonNullable<typeof f>>>((state, item) => (f === null ? state : f(state, item)), start),
  }),
]);
const ROWS = tableFunction({ name: 'ROWS', description: '', examples: [], variants: [tableVariant({ parameters: [p.array(t.generic('T'), 'items')], returns: t.generic('T'), bind: () => (items) => items })] });
const keepState = { initialize: () => 0, aggregate: (state: number) => state, merge: null, result: (state: number) => state };
const LATEST = aggregateFunction({
  name: 'LATEST', description: '', examples: [],
  variants: [
    aggregateVariant({ parameters: [p.generic('T', 'value')], literals: [p.integer('count')], state: t.integer, returns: t.integer, undoable: false, bind: () => keepState }),
    aggregateVariant({ parameters: [p.bigint('first'), variadic(p.string('middle')), p.integer('last')], state: t.integer, returns: t.integer, undoable: false, bind: () => keepState }),
  ],
});
const STARTING = aggregateFunction({
  name: 'STARTING', description: '', examples: [],
  variants: [aggregateVariant({ parameters: [p.bigint('value')], literals: [p.integer('first'), variadic(p.string('rest'))], state: t.integer, returns: t.integer, undoable: false, bind: () => keepState })],
});
const functions = catalogueOf([STARTING, PICK, SPREAD, LARGEST, FIRST, WHEN, HALF, SAME, EACH, FOLD, ROWS, LATEST]);
const environment = environmentWith(functions.list());
const run = (expression: BoundExpression, row: SqlValue[] = []): unknown => evaluate(expression, row, environment);

describe('overloads', () => {
  test('exact types come first, then casts; fewer variadics win', () => {
    expect(run(call('PICK', [int(1)], functions))).toBe('integer');
    expect(run(call('pick', [column('B', BIGINT)], functions))).toBe('bigint');
    expect(run(call('PICK', [column('D', decimal(4, 2))], functions))).toBe('double');
    expect(run(call('PICK', [int(1), int(2)], functions))).toBe('integers');
    expect(run(call('SPREAD', [stringLiteral('a'), stringLiteral('b')], functions))).toBe('two');
    expect(run(call('SPREAD', [stringLiteral('a'), stringLiteral('b'), stringLiteral('c')], functions))).toBe('strings');
    expect(run(call('SPREAD', [stringLiteral('a'), int(1)], functions))).toBe('any');
  });
  test('NULL that fits several variants alike is ambiguous', () => {
    expect(() => call('PICK', [nullLiteral()], functions)).toThrow("Function 'pick' cannot be resolved due to ambiguous method parameters (null).");
  });
  test('arguments are cast to what the variant takes', () => {
    const cast = call('WHEN_IS', [stringLiteral('1970-01-01')], functions);
    expect(cast.arguments[0]).toMatchObject({ kind: 'cast', implicit: true, type: TIMESTAMP });
    expect(run(cast)).toBe(1);
    expect(formatType(call('SAME', [column('D', decimal(4, 2))], functions).type)).toBe('DECIMAL(4, 2)');
    expect(formatType(call('SAME', [int(1)], functions).type)).toBe('DECIMAL(10, 0)');
  });
  test('generics stand for one type, without casts', () => {
    expect(requireType(call('FIRST', [int(1), int(2)], functions))).toEqual(INTEGER);
    expect(() => call('FIRST', [int(1), column('B', BIGINT)], functions)).toThrow("Function 'FIRST' does not accept parameters (INTEGER, BIGINT).");
  });
  test('what cannot be chosen is told with the alternatives', () => {
    expect(() => call('LARGEST', [int(1), column('B', BIGINT)], functions)).toThrow("Function 'LARGEST' cannot be resolved due to ambiguous method parameters (INTEGER, BIGINT).");
    expect(() => call('LARGEST', [stringLiteral('x'), int(1)], functions)).toThrow(
      "Function 'LARGEST' does not accept parameters (STRING, INTEGER).\nValid alternatives are:\nLARGEST(INTEGER a, INTEGER... rest)\nLARGEST(BIGINT a, BIGINT... rest)\nLARGEST(DOUBLE a, DOUBLE... rest)",
    );
    expect(() => call('LARGEST', [], functions)).toThrow("Function 'LARGEST' does not accept parameters ().");
    expect(() => call('nope', [], functions)).toThrow("Can't find any functions with the name 'nope'");
  });
});

describe('evaluation of calls', () => {
  test('primitive parameters fail on null, others propagate it', () => {
    expect(run(call('HALF', [column('A', INTEGER)], functions), [null])).toBe(FAILED);
    expect(run(call('WHEN_IS', [column('A', TIMESTAMP)], functions), [null])).toBeNull();
  });
  test('a failing call fails, but as the argument of a call only that argument is null', () => {
    const half = call('HALF', [column('A', INTEGER)], functions);
    expect(run(half, [3])).toBe(FAILED);
    expect(run(call('FIRST', [half, int(9)], functions), [3])).toBe(9);
    expect(run(isNull(half, false), [3])).toBe(FAILED);
  });
});

describe('lambdas', () => {
  const times = (factor: BoundExpression): UnboundLambda => ({
    kind: 'unboundLambda', parameters: ['X'],
    bind: ([type = INTEGER]) => arithmetic('*', lambdaVariable(0, 0, { name: 'X', type }), factor),
  });
  test('parameter types follow from the other arguments', () => {
    const node = call('EACH', [arrayOf([int(1), int(2)]), times(doubleLiteral(1.5))], functions);
    expect(formatType(node.type)).toBe('ARRAY<DOUBLE>');
    expect(run(node)).toEqual([1.5, 3]);
    expect(run(call('EACH', [column('I', array(BIGINT)), times(column('F', INTEGER, 1))], functions), [[2n ** 60n, 3], 2])).toEqual([2n ** 61n, 6]);
  });
  test('a failure inside fails the call', () => {
    const node = call('EACH', [arrayOf([int(1), nullLiteral()]), times(int(2))], functions);
    expect(run(node)).toBe(FAILED);
    expect(() => interpret(node, environment)).toThrow(/null operand/);
  });
  test('variables of outer lambdas are seen inside', () => {
    const inner = (outer: BoundExpression): UnboundLambda => ({
      kind: 'unboundLambda', parameters: ['Y'],
      bind: ([type = INTEGER]) => arithmetic('+', lambdaVariable(0, 0, { name: 'Y', type }), outer),
    });
    const node = call('EACH', [arrayOf([int(1), int(2)]), {
      kind: 'unboundLambda', parameters: ['X'],
      bind: ([type = INTEGER]) => call('EACH', [arrayOf([int(10), int(20)]), inner(lambdaVariable(1, 0, { name: 'X', type }))], functions),
    }], functions);
    expect(run(node)).toEqual([[11, 21], [12, 22]]);
    expect(interpret(node, environment)).toEqual([[11, 21], [12, 22]]);
  });
  test('the result must have the type the function needs', () => {
    const summing = (start: BoundExpression): BoundExpression => call('FOLD', [arrayOf([int(1), int(2)]), start, {
      kind: 'unboundLambda', parameters: ['S', 'X'],
      bind: ([s = INTEGER, x = INTEGER]) => arithmetic('+', lambdaVariable(0, 0, { name: 'S', type: s }), lambdaVariable(0, 1, { name: 'X', type: x })),
    }], functions);
    expect(run(summing(int(10)))).toBe(13);
    expect(() => call('FOLD', [arrayOf([int(1)]), int(1), { kind: 'unboundLambda', parameters: ['S', 'X'], bind: () => stringLiteral('no') }], functions)).toThrow(/gives STRING, but INTEGER is needed/);
    expect(() => call('EACH', [int(1), times(int(2))], functions)).toThrow("Function 'EACH' does not accept parameters (INTEGER, LAMBDA).");
  });
});

test('table functions', () => {
  expect(tableCall('rows', [column('I', array(STRING))], functions)).toMatchObject({ name: 'ROWS', type: STRING, variant: 0 });
  expect(() => tableCall('PICK', [int(1)], functions)).toThrow(/not a table function/);
});

describe('aggregates', () => {
  test('take exact types and literals, with a variadic in any place', () => {
    expect(aggregateCall('LATEST', [column('A', STRING), int(3)], functions)).toMatchObject({ variant: 0, literals: [{ type: INTEGER, value: 3 }] });
    const variadicLiterals = aggregateCall('STARTING', [column('A', BIGINT), int(3), stringLiteral('x'), stringLiteral('y')], functions);
    expect([variadicLiterals.arguments.length, variadicLiterals.literals.length]).toEqual([1, 3]);
    expect(aggregateCall('LATEST', [column('A', BIGINT), column('B', STRING, 1), column('C', STRING, 2), column('D', INTEGER, 3)], functions).variant).toBe(1);
    expect(() => aggregateCall('LATEST', [column('A', INTEGER), column('B', STRING, 1), column('D', INTEGER, 3)], functions)).toThrow("Function 'LATEST' does not accept parameters (INTEGER, STRING, INTEGER).");
  });
  test('a literal parameter needs a literal', () => {
    expect(() => aggregateCall('LATEST', [column('A', STRING), column('F0', INTEGER, 1)], functions)).toThrow(
      "Parameter 2 passed to function LATEST must be a literal constant, but was expression: 'F0'",
    );
  });
});

test('constants of a call reach the evaluator as values', () => {
  const seen: unknown[] = [];
  const PROBE = names('PROBE', [boundVariant({ parameters: [p.string('a'), p.double('b')], returns: t.boolean, nulls: 'called', bind: (site) => { seen.push(site.constants); return () => true; } })]);
  evaluate(comparison('=', call('PROBE', [stringLiteral('x'), column('D', DOUBLE)], catalogueOf([PROBE])), call('PROBE', [nullLiteral(), doubleLiteral(2)], catalogueOf([PROBE]))), [1], environmentWith([PROBE]));
  expect(seen).toEqual([['x', undefined], [null, 2]]);
  expect(requireType(column('B', BOOLEAN))).toEqual(BOOLEAN);
});
