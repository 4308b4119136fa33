import type { Key, Row, SqlValue } from '../../types/index.js';
import type { EvaluationEnvironment } from '../environment.js';
import type { BoundExpression } from '../nodes.js';
import { CodeBuilder, type EmitScope } from './code-builder.js';
import { typeOf } from '../type-of.js';
import { emitGuarded, emitPredicate } from './emit-expression.js';

/** Where failures of compiled expressions go: the position of the expression in the list, and what happened. */
export type ReportFailure = (expressionIndex: number, error: unknown) => void;

/** Columns of arrays: `key` and `row` are identifiers of the generated function and may be null at run time. */
export function arrayScope(key: string, row: string): EmitScope {
  return {
    column: (side, index) => {
      const source = side === 'key' ? key : row;
      return `${source} === null ? null : ${source}[${index}]`;
    },
  };
}

const PARAMETERS = ['key', 'row'] as const;

/** Row → row: one value per expression; a failing one is null and reported. A null key or row has null columns. */
export function compileRowFunction(
  expressions: readonly BoundExpression[],
  environment: EvaluationEnvironment,
  report: ReportFailure,
): (key: Key | null, row: Row | null) => SqlValue[] {
  const builder = new CodeBuilder(environment);
  const scope = arrayScope('key', 'row');
  const target = builder.constant(report);
  builder.startRow();
  if (expressions.some((expression) => typeOf(expression)?.kind === 'BYTES')) builder.readsBytes();
  const values = expressions.map((expression, index) => emitGuarded(expression, builder, scope, { target: { report: target, index } }));
  builder.line(`return [${values.join(', ')}];`);
  return builder.build(PARAMETERS);
}

/** Row → whether the predicate holds; a failure and a null are reported (as expression 0) and do not hold. */
export function compilePredicate(
  predicate: BoundExpression,
  environment: EvaluationEnvironment,
  report: ReportFailure,
): (key: Key | null, row: Row | null) => boolean {
  const builder = new CodeBuilder(environment);
  const target = { report: builder.constant(report), index: 0 };
  builder.startRow();
  const holds = emitPredicate(predicate, builder, arrayScope('key', 'row'), { target });
  builder.line(`return ${holds};`);
  return builder.build(PARAMETERS);
}
