import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arithmetic, comparison, compileRowFunction, literalOf, render, requireType, type BoundExpression } from '../../../src/expr/index.js';
import { castFunction, decimal, decimalToText, doubleToText, longOf, longToBigInt, textToDouble, type DecimalType, type Long, type SqlValue } from '../../../src/types/index.js';
import { environmentOf } from './random-expression.js';

const Exact = Decimal.clone({ precision: 1200, toExpNeg: -1000, toExpPos: 1000 });

const typed = fc
  .record({ scale: fc.integer({ min: 0, max: 12 }), whole: fc.integer({ min: 1, max: 14 }) })
  .chain(({ scale, whole }) => {
    const limit = 10n ** BigInt(scale + whole) - 1n;
    return fc
      .oneof(fc.bigInt({ min: -limit, max: limit }), fc.integer({ min: -9, max: 9 }).map(BigInt), fc.constant(limit))
      .map((unscaled) => ({ type: decimal(scale + whole, scale), value: canonical(unscaled) }));
  });

function canonical(value: bigint): Long {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
const exact = (value: Long, type: DecimalType): Decimal => new Exact(decimalToText(value, type.scale));
/** The binary value to the last digit: doubling is exact. */
function exactDouble(double: number): Decimal {
  let [whole, halvings] = [double, 0];
  while (!Number.isInteger(whole)) [whole, halvings] = [whole * 2, halvings + 1];
  return new Exact(whole).div(new Exact(2).pow(halvings));
}
const evaluate = (expression: BoundExpression): SqlValue => compileRowFunction([expression], environmentOf(true), () => undefined)([], [])[0] ?? null;

test('decimal arithmetic equals an exact library or is null where the result does not fit', () => {
  fc.assert(
    fc.property(typed, typed, fc.constantFrom('+', '-', '*', '/', '%'), (left, right, operator) => {
      const expression = arithmetic(operator, literalOf(left.type, left.value), literalOf(right.type, right.value));
      const [a, b] = [exact(left.value, left.type), exact(right.value, right.type)];
      const type = requireType(expression);
      if (type.kind !== 'DECIMAL') throw new Error('a decimal');
      const value = evaluate(expression);
      if (b.isZero() && (operator === '/' || operator === '%')) {
        expect(value).toBeNull();
        return;
      }
      const wanted = operator === '+' ? a.plus(b) : operator === '-' ? a.minus(b) : operator === '*' ? a.times(b) : operator === '/' ? a.div(b) : a.mod(b);
      const isExact = operator !== '/' || wanted.times(b).equals(a);
      // A remainder needs its whole quotient within the precision, as Java computes it.
      const isPossible = operator !== '%' || a.div(b).trunc().precision() <= type.precision;
      const fits = isExact && isPossible && wanted.decimalPlaces() <= type.scale && wanted.abs().lessThan(new Exact(10).pow(type.precision - type.scale));
      const text = value === null ? null : decimalToText(typeof value === 'bigint' ? value : Number(value), type.scale);
      expect(text, render(expression)).toBe(fits ? wanted.plus(0).toFixed(type.scale).replace(/^-(0\.?0*)$/, '$1') : null);
    }),
    { numRuns: 5000 },
  );
});

test('decimal comparison ignores the scale', () => {
  fc.assert(
    fc.property(typed, typed, fc.constantFrom('=', '<>', '<', '<=', '>', '>='), (left, right, operator) => {
      const order = exact(left.value, left.type).comparedTo(exact(right.value, right.type));
      const wanted = { '=': order === 0, '<>': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
      expect(evaluate(comparison(operator, literalOf(left.type, left.value), literalOf(right.type, right.value)))).toBe(wanted);
    }),
    { numRuns: 3000 },
  );
});

test('casts between decimals round half up or overflow', () => {
  fc.assert(
    fc.property(typed, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 12 }), (from, scale, whole) => {
      const to = decimal(scale + whole, scale);
      const wanted = exact(from.value, from.type).toDecimalPlaces(scale, Decimal.ROUND_HALF_UP);
      const fits = wanted.abs().lessThan(new Exact(10).pow(whole));
      const conversion = castFunction(from.type, to);
      if (conversion === null) throw new Error('decimals cast to decimals');
      if (!fits) expect(() => conversion(from.value)).toThrow(/overflow/);
      else expect(new Exact(decimalToText(canonical(longToBigInt(longOf(conversion(from.value)))), scale)).equals(wanted)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('doubles cast to decimals by significant digits, then half up', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 6 }), (double, scale) => {
      const type = decimal(14 + scale, scale);
      const wanted = exactDouble(double).toSignificantDigits(type.precision, Decimal.ROUND_HALF_UP).toDecimalPlaces(scale, Decimal.ROUND_HALF_UP);
      const value = castFunction({ kind: 'DOUBLE' }, type)?.(double) ?? null;
      expect(new Exact(decimalToText(canonical(longToBigInt(longOf(value))), scale)).equals(wanted)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('the text of a double reads back as the same double', () => {
  fc.assert(fc.property(fc.double(), (double) => {
    expect(textToDouble(doubleToText(double))).toBe(double);
  }), { numRuns: 5000 });
});
