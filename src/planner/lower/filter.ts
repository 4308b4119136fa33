import { BindError, PlanError } from '../../errors/index.js';
import { render, typeOf, type BoundExpression } from '../../expr/index.js';
import type { StreamFilter, TableFilter } from '../../plan/index.js';
import type { Expression } from '../../parser/index.js';
import { formatType } from '../../types/index.js';
import { bindExpression, UncompilableError, type BindScope } from '../bind/expression.js';
import { sourceSchemaText } from '../bind/source-schema-text.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { shownText } from '../bind/shown.js';
import type { Relation } from './relation.js';

/** Keeps the rows for which a predicate is true. `name` is WhereFilter or HavingFilter. */
export function lowerFilter(relation: Relation, predicate: BoundExpression, name: string): Relation {
  const base = { version: 1 as const, name, schema: relation.layout.schema, predicate };
  if (relation.kind === 'stream') {
    const step: StreamFilter = { ...base, kind: 'streamFilter', source: relation.step };
    return { ...relation, step };
  }
  const step: TableFilter = { ...base, kind: 'tableFilter', source: relation.step };
  return { ...relation, step };
}

/** A bound WHERE or HAVING: must be BOOLEAN. */
export function bindPredicate(expression: Expression, clause: 'WHERE' | 'HAVING', scope: BindScope, analysis: QueryAnalysis): BoundExpression {
  const bound = bindClause(expression, scope, (error) => {
    if (!(error instanceof UncompilableError)) return `Error in ${clause} expression: ${error.message}`;
    return `Invalid Predicate: ${error.message}. expression: ${shownText(expression, analysis.isJoin)}, schema:${sourceSchemaText(analysis)}`;
  });
  const type = typeOf(bound);
  if (type?.kind === 'BOOLEAN') return bound;
  const found = type === null ? 'NULL' : formatType(type);
  throw new PlanError(`Type error in ${clause} expression: Should evaluate to boolean but is ${render(bound)} (${found}) instead.`, {
    span: expression.span, hint: 'Write a comparison, or compare the value with = true.' });
}

/** Binds an expression of one clause and words its errors as ksqlDB does there. */
export function bindClause(expression: Expression, scope: BindScope, word: (error: BindError) => string): BoundExpression {
  try {
    return bindExpression(expression, scope);
  } catch (error) {
    if (!(error instanceof BindError)) throw error;
    throw new PlanError(word(error), { span: error.span, hint: error.hint, cause: error });
  }
}
