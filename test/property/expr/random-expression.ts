import {
  EvaluationError, p, primitive, scalar, t, variadic, variant, boundVariant,
  type FunctionCatalogue, type FunctionEntry,
} from '../../../src/functions/index.js';
import {
  BIGINT, BOOLEAN, BYTES, DATE, DOUBLE, INTEGER, STRING, TIME, TIMESTAMP, array, castFunction, compiledEquals, decimal, map, struct, typesEqual,
  type SqlType, type SqlValue,
} from '../../../src/types/index.js';
import {
  arithmetic, arrayOf, between, booleanLiteral, call, cast, columnReference, comparison, comparisonTypes, dereference, doubleLiteral, inList,
  isNull, lambdaVariable, like, literalOf, logical, mapOf, not, searchedCase, sign, stringLiteral, structOf, subscript, requireType,
  type BoundExpression, type EvaluationEnvironment,
} from '../../../src/expr/index.js';

/** Functions for tests: null handling of each kind, failures, generics, lambdas. */
const FUNCTIONS: readonly FunctionEntry[] = [
  scalar({
    name: 'LENGTH', category: 'STRING', description: '', examples: [],
    variants: [variant({ parameters: [p.string('text')], returns: t.integer, nulls: 'propagate', evaluate: (text) => text.length })],
  }),
  scalar({
    name: 'ODD_FAILS', category: 'OTHER', description: '', examples: [],
    variants: [
      variant({
        parameters: [primitive(p.integer('n'))], returns: t.integer, nulls: 'called',
        evaluate: (n) => {
          if (n % 2 !== 0) throw new EvaluationError('odd');
          return n;
        },
      }),
    ],
  }),
  scalar({
    name: 'FIRST', category: 'OTHER', description: '', examples: [],
    variants: [
      variant({
        parameters: [p.generic('T', 'first'), variadic(p.generic('T', 'rest'))], returns: t.generic('T'), nulls: 'called',
        evaluate: (...values) => values.find((value) => value !== null) ?? null,
      }),
    ],
  }),
  scalar({
    name: 'WIDE', category: 'OTHER', description: '', examples: [],
    variants: [
      variant({ parameters: [p.double('a'), p.bigint('b')], returns: t.double, nulls: 'propagate', evaluate: (a, b) => a + Number(b) }),
    ],
  }),
  scalar({
    name: 'MAPPED', category: 'LAMBDA', description: '', examples: [],
    variants: [
      boundVariant({
        parameters: [p.array(t.generic('T'), 'items'), p.of(t.lambda([t.generic('T')], t.generic('R')), 'f')],
        returns: t.array(t.generic('R')), nulls: 'propagate',
        bind: () => (items, f) => items.map((item) => f(item)),
      }),
    ],
  }),
];

export const catalogue: FunctionCatalogue = {
  find: (name) => FUNCTIONS.find((entry) => entry.name === name) ?? null,
  list: () => FUNCTIONS,
};

export function environmentOf(nestedErrorsToNull: boolean, castPreservesNulls = true): EvaluationEnvironment {
  return {
    functions: catalogue,
    context: { clock: { now: () => 0 }, random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) }, zoneId: 'UTC', property: () => null },
    nestedErrorsToNull,
    castPreservesNulls,
  };
}

const PERSON = struct([{ name: 'A', type: INTEGER }, { name: 'b c', type: STRING }]);
export const COLUMNS: readonly SqlType[] = [
  BOOLEAN, INTEGER, INTEGER, BIGINT, DOUBLE, decimal(6, 2), decimal(20, 5), STRING, STRING, BYTES, DATE, TIME, TIMESTAMP,
  array(INTEGER), array(STRING), map(STRING, INTEGER), PERSON, BOOLEAN, DOUBLE, BIGINT,
];
export const KEY_COLUMNS: readonly SqlType[] = [INTEGER, STRING];

const LONGS = [0, 1, -1, 2, 10, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2n ** 63n - 1n, -(2n ** 63n), 4294967296, 2n ** 60n];
const INTEGERS = [0, 1, -1, 2, 3, 7, -7, 2147483647, -2147483648, 65536];
const DOUBLES = [0, -0, 1, -1.5, 0.1, 1e300, -1e300, 5e-324, NaN, Infinity, -Infinity, 3, 2147483648, 9007199254740994];
const TEXTS = ['', 'a', 'A', 'abc', 'a%b', 'a\nb', 'true', '12', '-3.5', '2020-01-02', '10:15:30', '2020-01-02T10:15', '😀x', 'null', "it's", 'AQI=', '_'];
const PATTERNS = ['%', 'a%', '%b', '_', '%_%', 'a!%b', '%a%', '', 'a', '!_', '%1%', 'ab!', '_x'];

/** A small deterministic generator, so that a case is its seed. */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new Error('nothing to pick');
    return found;
  }
}

export function randomValue(type: SqlType, dice: Dice): SqlValue {
  if (dice.below(6) === 0) return null;
  switch (type.kind) {
    case 'BOOLEAN': return dice.below(2) === 0;
    case 'INTEGER': return dice.pick(INTEGERS);
    case 'BIGINT': return dice.pick(LONGS);
    case 'DOUBLE': return dice.pick(DOUBLES);
    case 'STRING': return dice.pick(TEXTS);
    case 'DECIMAL': {
      const limit = 10n ** BigInt(type.precision) - 1n;
      const unscaled = dice.pick([0n, 1n, -1n, limit, -limit, 100n, 250n, -333n, limit / 7n]);
      return Number.isSafeInteger(Number(unscaled)) ? Number(unscaled) : unscaled;
    }
    case 'BYTES': return dice.pick([new Uint8Array([]), new Uint8Array([1]), new Uint8Array([200, 1]), new Uint8Array([1, 2])]);
    case 'DATE': return dice.pick([0, 18_263, -1, 1]);
    case 'TIME': return dice.pick([0, 36_930_000, 86_399_999]);
    case 'TIMESTAMP': return dice.pick([0, 1_577_923_200_000, -1, 1_577_960_100_000]);
    case 'ARRAY': return Array.from({ length: dice.below(4) }, () => randomValue(type.item, dice));
    case 'MAP': return new Map(['a', 'b', ''].slice(0, dice.below(4)).map((key): [SqlValue, SqlValue] => [key, randomValue(type.value, dice)]));
    case 'STRUCT': return type.fields.map((field) => randomValue(field.type, dice));
  }
}

/** Random typed expressions, built with the builders the binder uses. */
export class ExpressionGenerator {
  readonly #dice: Dice;
  readonly #lambdas: { readonly name: string; readonly type: SqlType }[] = [];
  constructor(dice: Dice) {
    this.#dice = dice;
  }

  of(type: SqlType, depth: number): BoundExpression {
    const dice = this.#dice;
    if (depth <= 0 || dice.below(5) === 0) return this.#leaf(type);
    switch (dice.below(8)) {
      case 0: return this.#caseOf(type, depth);
      case 1: return this.#castTo(type, depth);
      case 2: return this.#accessOf(type, depth);
      case 3: return call('FIRST', [this.of(type, depth - 1), this.of(type, depth - 1)], catalogue);
      default: return this.#operation(type, depth);
    }
  }

  #leaf(type: SqlType): BoundExpression {
    const dice = this.#dice;
    const places = COLUMNS.flatMap((each, index) => (typesEqual(each, type) ? [index] : []));
    const variable = this.#lambdas.findLastIndex((each) => typesEqual(each.type, type));
    if (variable >= 0 && dice.below(2) === 0) {
      const name = this.#lambdas[variable]?.name ?? '';
      return lambdaVariable(this.#lambdas.length - 1 - variable, 0, { name, type });
    }
    if (places.length > 0 && dice.below(4) > 0) {
      const index = dice.pick(places);
      return columnReference('value', index, { name: `C${index}`, type });
    }
    const keyIndex = KEY_COLUMNS.findIndex((each) => typesEqual(each, type));
    if (keyIndex >= 0 && dice.below(3) === 0) return columnReference('key', keyIndex, { name: `K${keyIndex}`, type });
    return this.#literal(type);
  }

  #literal(type: SqlType): BoundExpression {
    const value = randomValue(type, this.#dice);
    if (type.kind === 'BOOLEAN' && value !== null) return booleanLiteral(value === true);
    if (type.kind === 'STRING' && typeof value === 'string') return stringLiteral(value);
    if (type.kind === 'DOUBLE' && typeof value === 'number') return doubleLiteral(value);
    return literalOf(type, value);
  }

  #caseOf(type: SqlType, depth: number): BoundExpression {
    const branches = Array.from({ length: 1 + this.#dice.below(2) }, () => ({ condition: this.of(BOOLEAN, depth - 1), result: this.of(type, depth - 1) }));
    return searchedCase(branches, this.#dice.below(2) === 0 ? null : this.of(type, depth - 1));
  }

  #castTo(type: SqlType, depth: number): BoundExpression {
    const sources = [...COLUMNS, decimal(10, 4)].filter((from) => castFunction(from, type) !== null);
    return cast(this.of(this.#dice.pick(sources), depth - 1), type);
  }

  #accessOf(type: SqlType, depth: number): BoundExpression {
    switch (type.kind) {
      case 'INTEGER':
        switch (this.#dice.below(4)) {
          case 0: return subscript(this.of(map(STRING, INTEGER), depth - 1), this.of(STRING, depth - 1));
          case 1: return dereference(this.of(PERSON, depth - 1), 'A');
          case 2: return call('LENGTH', [this.of(STRING, depth - 1)], catalogue);
          default: return call('ODD_FAILS', [this.of(INTEGER, depth - 1)], catalogue);
        }
      case 'STRING': return dereference(this.of(PERSON, depth - 1), 'b c');
      case 'DOUBLE': return call('WIDE', [this.of(INTEGER, depth - 1), this.of(INTEGER, depth - 1)], catalogue);
      default: return subscript(arrayOf([this.of(type, depth - 1), this.of(type, depth - 1)]), this.of(INTEGER, depth - 1));
    }
  }

  #operation(type: SqlType, depth: number): BoundExpression {
    const one = (each: SqlType): BoundExpression => this.of(each, depth - 1);
    switch (type.kind) {
      case 'BOOLEAN': return this.#predicate(depth);
      case 'INTEGER':
      case 'BIGINT':
      case 'DOUBLE': {
        if (this.#dice.below(6) === 0) return sign('-', one(type));
        return arithmetic(this.#dice.pick(['+', '-', '*', '/', '%'] as const), one(type), type.kind === 'DOUBLE' ? one(this.#dice.pick([DOUBLE, INTEGER, BIGINT, decimal(6, 2)])) : one(type));
      }
      case 'DECIMAL': {
        const computed = arithmetic(this.#dice.pick(['+', '-', '*', '/', '%'] as const), one(this.#dice.pick([decimal(6, 2), INTEGER, decimal(20, 5)])), one(decimal(6, 2)));
        return cast(computed, type);
      }
      case 'STRING': return arithmetic('+', one(STRING), one(STRING));
      case 'ARRAY': return this.#dice.below(2) === 0 ? arrayOf([one(type.item), one(type.item)]) : this.#mapped(type.item, depth);
      case 'MAP': return mapOf([{ key: one(type.key), value: one(type.value) }, { key: one(type.key), value: one(type.value) }]);
      case 'STRUCT': return structOf(type.fields.map((field) => ({ name: field.name, value: one(field.type) })));
      default: return this.#leaf(type);
    }
  }

  #mapped(item: SqlType, depth: number): BoundExpression {
    const name = `X${this.#lambdas.length}`;
    const bind = ([type]: readonly SqlType[]): BoundExpression => {
      if (type === undefined) throw new Error('one parameter');
      this.#lambdas.push({ name, type });
      try {
        return this.of(item, depth - 1);
      } finally {
        this.#lambdas.pop();
      }
    };
    const source = this.of(this.#dice.pick([array(INTEGER), array(STRING)]), depth - 1);
    return call('MAPPED', [source, { kind: 'unboundLambda', parameters: [name], bind }], catalogue);
  }

  #predicate(depth: number): BoundExpression {
    const dice = this.#dice;
    const any = (): BoundExpression => this.of(dice.pick(COLUMNS), depth - 1);
    switch (dice.below(8)) {
      case 0: return logical(dice.pick(['AND', 'OR'] as const), this.of(BOOLEAN, depth - 1), this.of(BOOLEAN, depth - 1));
      case 1: return not(this.of(BOOLEAN, depth - 1));
      case 2: return isNull(any(), dice.below(2) === 0);
      case 3: return like(this.of(STRING, depth - 1), dice.below(3) === 0 ? this.of(STRING, depth - 1) : stringLiteral(dice.pick(PATTERNS)), dice.below(3) === 0 ? '!' : null);
      case 4: {
        const value = any();
        const type = requireType(value);
        return inList(value, Array.from({ length: 1 + dice.below(7) }, () => (dice.below(4) === 0 ? this.of(type, depth - 1) : this.#literal(type))));
      }
      case 5: {
        const value = dice.pick(COLUMNS);
        const fitting = COLUMNS.filter((each) => comparisonTypes('<', value, each) !== null);
        const [low = value, high = value] = [fitting[dice.below(fitting.length + 1)], fitting[dice.below(fitting.length + 1)]];
        if (fitting.length === 0 || comparisonTypes('<', low, high) === null) return isNull(this.of(value, depth - 1), false);
        return between(this.of(value, depth - 1), this.of(low, depth - 1), this.of(high, depth - 1));
      }
      default: {
        const operator = dice.pick(['=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM'] as const);
        const left = dice.pick(COLUMNS);
        const fitting = [...COLUMNS, decimal(9, 0), array(BIGINT), map(STRING, BIGINT)].filter((right) => comparisonTypes(operator, left, right) !== null);
        if (fitting.length === 0) return isNull(this.of(left, depth - 1), true);
        return comparison(operator, this.of(left, depth - 1), this.of(dice.pick(fitting), depth - 1));
      }
    }
  }
}

/** The same value, composites compared inside. */
export function sameValue(type: SqlType, a: SqlValue, b: SqlValue): boolean {
  return a === null || b === null ? a === b : compiledEquals(type)(a, b);
}
