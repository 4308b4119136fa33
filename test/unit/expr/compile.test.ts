import { expect, test } from 'vitest';
import { builtInFunctions } from '../../../src/functions/index.js';
import { BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING, decimal, type SqlType, type SqlValue } from '../../../src/types/index.js';
import {
  arithmetic, columnReference, comparison, compilePredicate, compileRowFunction, integerLiteral, logical, not, stringLiteral, CodeBuilder, emitGuarded, arrayScope,
  type BoundExpression, type EvaluationEnvironment,
} from '../../../src/expr/index.js';

const environment: EvaluationEnvironment = {
  functions: { find: () => null, list: () => [] },
  context: { clock: { now: () => 0 }, random: { next: () => 0.5, bytes: (n) => new Uint8Array(n) }, zoneId: 'UTC', property: () => null },
  nestedErrorsToNull: true,
  castPreservesNulls: true,
};
const column = (index: number, type: SqlType): BoundExpression => columnReference('value', index, { name: `C${index}`, type });
function run(expression: BoundExpression, row: SqlValue[]): { value: SqlValue; failures: number } {
  let failures = 0;
  const [value = null] = compileRowFunction([expression], environment, () => failures++)([], row);
  return { value, failures };
}
test('x', () => {
  void builtInFunctions; void BIGINT; void DOUBLE; void STRING; void decimal; void BOOLEAN; void stringLiteral;
  const e = arithmetic('+', column(0, INTEGER), arithmetic('*', column(1, INTEGER), integerLiteral(3n)));
  expect(run(e, [1, 2])).toEqual({ value: 7, failures: 0 });
  expect(run(e, [1, null])).toEqual({ value: null, failures: 1 });
  const p = logical('AND', comparison('>', column(0, INTEGER), integerLiteral(1n)), not(comparison('=', column(1, STRING), stringLiteral('x'))));
  const b = new CodeBuilder(environment);
  b.line(`return ${emitGuarded(logical('OR', p, comparison('>', e, integerLiteral(5n))), b, arrayScope('key', 'row'), { target: { report: b.constant(() => 0), index: 0 } })};`);
  console.log(b.source(['key', 'row']));
  expect(compilePredicate(p, environment, () => 0)([], [2, 'y'])).toBe(true);
});
