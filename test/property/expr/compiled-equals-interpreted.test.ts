import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRowFunction, compilePredicate, foldConstants, interpret, render, requireType, type BoundExpression } from '../../../src/expr/index.js';
import { BOOLEAN, type SqlValue } from '../../../src/types/index.js';
import { COLUMNS, Dice, ExpressionGenerator, KEY_COLUMNS, environmentOf, randomValue, sameValue } from './random-expression.js';

interface Outcome {
  readonly value: SqlValue;
  readonly failed: boolean;
  readonly reports: number;
}

function interpreted(expression: BoundExpression, key: SqlValue[], value: SqlValue[], nested: boolean): Outcome {
  let reports = 0;
  try {
    const result = interpret(expression, environmentOf(nested), { row: { key, value }, onNestedFailure: () => reports++ });
    return { value: result, failed: false, reports };
  } catch {
    return { value: null, failed: true, reports: reports + 1 };
  }
}

const RUNS = 8000;

test('compiled and interpreted expressions agree on value and failures', () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), (seed, nested) => {
      const dice = new Dice(seed);
      const expression = new ExpressionGenerator(dice).of(dice.pick(COLUMNS), 1 + dice.below(4));
      let reports = 0;
      const compiled = compileRowFunction([expression], environmentOf(nested), () => reports++);
      for (let round = 0; round < 3; round++) {
        const key = KEY_COLUMNS.map((type) => randomValue(type, dice));
        const row = COLUMNS.map((type) => randomValue(type, dice));
        reports = 0;
        const [value = null] = compiled(key, row);
        const oracle = interpreted(expression, key, row, nested);
        if (!sameValue(requireType(expression), value, oracle.value) || reports !== oracle.reports) {
          expect({ value, reports }, render(expression)).toEqual({ value: oracle.value, reports: oracle.reports });
          expect(value, render(expression)).toBe(oracle.value);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test('a predicate holds exactly when its value is true', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const dice = new Dice(seed);
      const expression = new ExpressionGenerator(dice).of(BOOLEAN, 3);
      const key = KEY_COLUMNS.map((type) => randomValue(type, dice));
      const row = COLUMNS.map((type) => randomValue(type, dice));
      let reports = 0;
      const holds = compilePredicate(expression, environmentOf(true), () => reports++)(key, row);
      const oracle = interpreted(expression, key, row, true);
      expect(holds, render(expression)).toBe(oracle.value === true);
      expect(reports, render(expression)).toBe(oracle.reports + (oracle.value === null && !oracle.failed ? 1 : 0));
    }),
    { numRuns: 2000 },
  );
});

test('folding constants and a trip through JSON change nothing', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const dice = new Dice(seed);
      const expression = new ExpressionGenerator(dice).of(dice.pick(COLUMNS), 3);
      // The plan's form: the same tree, read back from JSON.
      const folded = JSON.parse(JSON.stringify(foldConstants(expression, environmentOf(true)))) as BoundExpression;
      const key = KEY_COLUMNS.map((type) => randomValue(type, dice));
      const row = COLUMNS.map((type) => randomValue(type, dice));
      const before = interpreted(expression, key, row, true);
      const after = interpreted(folded, key, row, true);
      expect(after.reports, render(expression)).toBe(before.reports);
      if (!sameValue(requireType(expression), after.value, before.value)) expect(after.value, render(expression)).toEqual(before.value);
    }),
    { numRuns: 2000 },
  );
});
