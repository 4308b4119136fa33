import { compileRowFunction, columnReference, type BoundExpression, type EvaluationEnvironment } from '../../../src/expr/index.js';
import type { FunctionCatalogue, FunctionEntry } from '../../../src/functions/index.js';
import type { SqlType, SqlValue } from '../../../src/types/index.js';

export function catalogueOf(entries: readonly FunctionEntry[]): FunctionCatalogue {
  return { find: (name) => entries.find((entry) => entry.name.toUpperCase() === name) ?? null, list: () => entries };
}

export function environmentWith(entries: readonly FunctionEntry[], settings: Partial<EvaluationEnvironment> = {}): EvaluationEnvironment {
  return {
    functions: catalogueOf(entries),
    context: { clock: { now: () => 0 }, random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) }, zoneId: 'UTC', property: () => null },
    nestedErrorsToNull: true,
    castPreservesNulls: true,
    ...settings,
  };
}

export const column = (name: string, type: SqlType, index = 0): BoundExpression => columnReference('value', index, { name, type });

/** The compiled value of an expression over a value row (filled up with nulls to ten columns); FAILED when the failure reached the top. */
export const FAILED = Symbol('failed');
export function evaluate(expression: BoundExpression, row: readonly SqlValue[] = [], environment = environmentWith([])): SqlValue | typeof FAILED {
  let failures = 0;
  const [value = null] = compileRowFunction([expression], environment, () => failures++)(null, [...row, ...Array.from({ length: 10 - row.length }, () => null)]);
  return failures > 0 && value === null ? FAILED : value;
}
