import { describe, expect, test } from 'vitest';
import { BindError } from '../../../src/errors/index.js';
import {
  aggregateVariant, boundVariant, matchParameters, p, parameterFor, primitive, sameTypeAs, t, tableVariant, variadic, variant,
  type ArgumentType,
} from '../../../src/functions/index.js';
import { array, BIGINT, decimal, DOUBLE, INTEGER, map, STRING, struct, type SqlType } from '../../../src/types/index.js';
import { contextWith } from './harness.js';

const NULL: ArgumentType = { kind: 'NULL' };
const resultOf = ({ returns }: { returns: SqlType | ((types: readonly ArgumentType[]) => SqlType) }, ...types: ArgumentType[]): SqlType =>
  typeof returns === 'function' ? returns(types) : returns;

describe('parameters', () => {
  const middle = [p.bigint('first'), variadic(p.string('rest')), p.integer('last')];
  test('a variadic parameter takes what the others leave, wherever it stands', () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => parameterFor(middle, index, count)?.name ?? null);
    expect(names(1)).toEqual([null]);
    expect(names(2)).toEqual(['first', 'last']);
    expect(names(4)).toEqual(['first', 'rest', 'rest', 'last']);
    expect(matchParameters(middle, [BIGINT, STRING, STRING, INTEGER])).not.toBeNull();
    expect(matchParameters(middle, [BIGINT, STRING, INTEGER, INTEGER])).toBeNull();
    expect(matchParameters([p.integer('only')], [INTEGER, INTEGER])).toBeNull();
  });
  test('generics must agree, NULL fits without binding', () => {
    const pair = [p.array(t.generic('T'), 'items'), p.generic('T', 'value')];
    expect(matchParameters(pair, [array(INTEGER), INTEGER])?.get('T')).toEqual(INTEGER);
    expect(matchParameters(pair, [array(INTEGER), BIGINT])).toBeNull();
    expect(matchParameters(pair, [NULL, STRING])?.get('T')).toEqual(STRING);
    expect(matchParameters(pair, [NULL, NULL])?.size).toBe(0);
    const lambda = [p.of(t.lambda([t.generic('T')], t.generic('R')), 'change'), p.of(t.struct(['A', t.generic('R')]), 'record')];
    const change: ArgumentType = { kind: 'LAMBDA', parameters: [INTEGER], returns: STRING };
    expect(matchParameters(lambda, [change, struct([{ name: 'A', type: STRING }])])?.get('R')).toEqual(STRING);
    expect(matchParameters(lambda, [change, struct([{ name: 'A', type: DOUBLE }])])).toBeNull();
    expect(matchParameters(lambda, [STRING, struct([{ name: 'A', type: STRING }])])).toBeNull();
    expect(matchParameters([p.unit()], [{ kind: 'UNIT' }])).not.toBeNull();
    expect(matchParameters([p.unit()], [STRING])).toBeNull();
    expect(matchParameters([p.any('a'), variadic(p.any('rest'))], [STRING, INTEGER, array(STRING)])).not.toBeNull();
    expect(matchParameters([p.decimal('d')], [decimal(4, 2)])).not.toBeNull();
    expect(matchParameters([p.map(t.string, t.decimal, 'm')], [map(STRING, decimal(4, 2))])).not.toBeNull();
  });
  test('at most one is variadic, the last one but for aggregates', () => {
    const two = [variadic(p.string('a')), variadic(p.string('b'))] as const;
    expect(() => variant({ parameters: two, returns: t.integer, nulls: 'called', evaluate: () => 1 })).toThrow('at most one parameter is variadic');
    expect(() => variant({ parameters: middle, returns: t.integer, nulls: 'called', evaluate: () => 1 })).toThrow('the variadic parameter is the last one');
  });
});

describe('results', () => {
  test('are fixed, follow generics, or follow a rule', () => {
    const evaluate = () => null;
    expect(variant({ parameters: [], returns: t.map(t.string, t.bigint), nulls: 'called', evaluate }).returns).toEqual(map(STRING, BIGINT));
    const generic = variant({ parameters: [p.generic('T', 'x')], returns: t.array(t.generic('T')), nulls: 'called', evaluate });
    expect(resultOf(generic, STRING)).toEqual(array(STRING));
    expect(() => resultOf(generic, NULL)).toThrow(BindError);
    const same = variant({ parameters: [p.decimal('x')], returns: sameTypeAs(0, t.decimal), nulls: 'called', evaluate });
    expect(resultOf(same, decimal(7, 3))).toEqual(decimal(7, 3));
    expect(() => resultOf(same, NULL)).toThrow(BindError);
    const rows = tableVariant({ parameters: [p.array(t.generic('T'), 'x')], returns: t.generic('T'), bind: () => (items) => items });
    expect(resultOf(rows, array(DOUBLE))).toEqual(DOUBLE);
  });
  test('each place of use is bound for itself', () => {
    const counter = boundVariant({
      parameters: [primitive(p.integer('by'))],
      returns: t.integer,
      nulls: 'called',
      bind: () => {
        let total = 0;
        return (by) => (total += by);
      },
    });
    const site = { argumentTypes: [INTEGER], returnType: INTEGER, constants: [undefined], context: contextWith() };
    const [first, second] = [counter.bind(site), counter.bind(site)];
    expect([first(2), first(3), second(1)]).toEqual([2, 5, 1]);
  });
});

describe('aggregates', () => {
  const lengthOf = (texts: readonly unknown[]): number => texts.reduce((sum: number, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
  const site = (argumentTypes: readonly SqlType[], literals: readonly (string | number)[]) => ({
    argumentTypes, literals, context: contextWith(), nextSequence: () => 0,
  });
  test('columns of any number, literals of any number', () => {
    const sum = aggregateVariant({
      parameters: [p.bigint('x'), variadic(p.string('texts'))],
      literals: [p.integer('from'), variadic(p.string('more'))],
      state: t.bigint,
      returns: t.bigint,
      undoable: false,
      bind: ({ literals: [from, ...more] }) => ({
        initialize: () => (from ?? 0) + lengthOf(more),
        aggregate: (state, x, ...texts) => Number(state) + Number(x ?? 0) + lengthOf(texts),
        merge: null,
        result: (state) => state,
      }),
    });
    const bound = sum.bind(site([BIGINT, STRING, STRING], [5, 'ab']));
    expect(bound.result(bound.aggregate(bound.initialize(), [10, 'a', null]))).toBe(18);
    expect(bound.merge).toBeNull();
    expect(bound.undo).toBeNull();
  });
  test('a variadic column in the middle', () => {
    const sum = aggregateVariant({
      parameters: [p.integer('x'), variadic(p.string('texts')), p.integer('y')],
      state: t.integer,
      returns: t.integer,
      undoable: false,
      bind: () => ({ initialize: () => 0, aggregate: (state, x, ...rest) => state + (x ?? 0) + rest.length, merge: null, result: (state) => state }),
    });
    const bound = sum.bind(site([INTEGER, STRING, STRING, INTEGER], []));
    expect(bound.aggregate(0, [1, 'a', 'b', 2])).toBe(4);
  });
  test('undoable ones must have undo', () => {
    const broken = aggregateVariant({
      parameters: [p.integer('x')],
      state: t.integer,
      returns: t.integer,
      undoable: true,
      bind: () => ({ initialize: () => 0, aggregate: (state) => state, merge: null, result: (state) => state }),
    });
    expect(() => broken.bind(site([INTEGER], []))).toThrow('an undoable aggregate has undo');
  });
});
