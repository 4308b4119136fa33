import type { Source } from '../../catalog/index.js';
import { PlanError, type BindError } from '../../errors/index.js';
import type { BoundExpression } from '../../expr/index.js';
import type { OutputColumn, PullPlan } from '../../plan/index.js';
import { BIGINT, type RowSchema } from '../../types/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { UncompilableError, type BindScope } from '../bind/expression.js';
import type { LayoutEntry } from '../bind/layout.js';
import { expandSelect } from '../bind/select-items.js';
import { shownText } from '../bind/shown.js';
import type { PlannerContext } from '../context.js';
import { bindClause } from '../lower/filter.js';
import { bindItem } from '../lower/projection.js';
import { boundEntries } from '../lower/source.js';
import { checkDuplicateColumns } from '../validate/output-columns.js';
import { checkLike, notQueryable } from '../validate/pull-query.js';
import { pullPath } from './pull-access.js';

/** A lookup in the rows that a query keeps for its sink. */
export function planPullQuery(analysis: QueryAnalysis, text: string, context: PlannerContext): PullPlan {
  const [bound] = analysis.sources;
  if (bound === undefined) throw new PlanError('A query needs a source.', { hint: 'Add FROM and the name of a stream or table.' });
  const { source, alias } = bound;
  const scope: BindScope = {
    layout: storedLayout(source, alias), evaluation: context.evaluation, types: context.catalog.types, substitutes: new Map(),
  };
  const filter = analysis.where === null ? null : bindWhere(analysis, scope);
  const output = expandSelect(analysis, () => scope).map((item): OutputColumn => {
    const { expression, type } = bindItem(item, scope, analysis);
    const isKey = item.expression.kind === 'column' && expression.kind === 'column' && expression.side === 'key';
    return { column: { name: item.name, type }, expression, isKey };
  });
  checkDuplicateColumns(output.filter((each) => each.isKey).map(({ column }) => column), true);
  checkDuplicateColumns(output.filter((each) => !each.isKey).map(({ column }) => column), false);
  const owner = source.createdBy === null ? undefined : context.catalog.queries.get(source.createdBy);
  if (owner === undefined) throw notQueryable(source.name);
  const { access, windows } = pullPath(analysis.where, source, context);
  return {
    kind: 'pull',
    version: 1,
    statementText: text,
    source: source.name,
    queryId: owner.id,
    access,
    windows,
    filter,
    output,
    limit: analysis.limit,
  };
}

/** The sink's schema, the bounds of its windows, and the row's time behind its last value column. */
function storedLayout(source: Source, alias: string): BindScope['layout'] {
  const value = [...source.valueColumns, ...source.headerColumns.map(({ column }) => column)];
  const schema: RowSchema = { key: source.keyColumns, value: [...value, { name: 'ROWTIME', type: BIGINT }], window: source.window };
  const entry = (side: 'key' | 'value') => (column: RowSchema['key'][number], index: number): LayoutEntry => ({
    source: alias, name: column.name, type: column.type, side, index, display: column.name,
  });
  return {
    schema,
    entries: [...schema.key.map(entry('key')), ...boundEntries(alias, schema, (name) => name), ...schema.value.map(entry('value'))],
  };
}

function bindWhere(analysis: QueryAnalysis, scope: BindScope): BoundExpression | null {
  const { where } = analysis;
  if (where === null) return null;
  checkLike(where, scope.layout);
  const shown = shownText(where, false);
  const bound = bindClause(where, scope, (error: BindError) =>
    error instanceof UncompilableError ? `Invalid expression: ${error.message}\nexpression: ${shown}` : `Error in WHERE expression: ${error.message}\nStatement: ${shown}`,
  );
  if (bound.kind !== 'unit' && bound.type?.kind === 'BOOLEAN') return bound;
  throw new PlanError(`Type error in WHERE expression: Should evaluate to boolean but is ${shown} instead.`, { span: where.span, hint: 'Write a comparison, or compare the value with = true.' });
}
