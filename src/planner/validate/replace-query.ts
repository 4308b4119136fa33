import { writersOf, type Source } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import { parseStatement, printExpression, type Expression, type Query } from '../../parser/index.js';
import { quoteName } from '../../types/index.js';
import { stepsBelow, type PersistentPlan, type Step } from '../../plan/index.js';
import { analyzeQuery, type QueryAnalysis } from '../bind/analysis.js';
import { callsOf } from '../bind/calls.js';
import { walkExpression } from '../bind/walk-expression.js';
import type { PlannerContext } from '../context.js';

/**
 * A replaced query goes on with the state and offsets of the old one: only what leaves both meaningful may change. Filters
 * and SELECT lists may; groupings, keys and aggregates may not; steps whose state depends on more are never replaced.
 */
export function checkQueryReplaceable(existing: Source, next: PersistentPlan, context: PlannerContext): void {
  const writers = writersOf(context.catalog, existing.name);
  if (writers.length > 1) {
    throw new PlanError(
      `Cannot upgrade data source ${quoteName(existing.name)} since it is written to by more than one query: ${writers.map((query) => query.id).join(', ')}`, { hint: 'TERMINATE the INSERT queries first.' });
  }
  const [old] = writers;
  if (old === undefined) return;
  const fixed = stepsBelow(next.root).find((step) => FIXED_STEPS.has(step.kind));
  if (fixed !== undefined) throw new PlanError(`Upgrades not yet supported for ${pascal(fixed.kind)}`, { hint: 'Terminate the query, drop its sink and create it again.' });
  const before = describe(queryOf(old.statementText), context);
  const after = describe(queryOf(next.statementText), context);
  compare('sources', before.sources, after.sources);
  compare('PARTITION BY expressions', before.partitionBy, after.partitionBy);
  compare('GROUP BY expressions', before.groupBy, after.groupBy);
  if (before.columns !== null && after.columns !== null && before.columns.join() !== after.columns.join()) {
    throw new PlanError(
      `StreamAggregate must have matching columns not part of aggregate. Values differ: ${list(before.columns)} vs. ${list(after.columns)}`, { hint: 'Terminate the query, drop its sink and create it again.' });
  }
  compare('aggregate functions', before.aggregates, after.aggregates);
}

const FIXED_STEPS: ReadonlySet<Step['kind']> = new Set([
  'streamWindowedAggregate', 'streamStreamJoin', 'streamTableJoin', 'tableTableJoin', 'foreignKeyJoin', 'streamFlatMap', 'tableAggregate',
]);

function pascal(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function list(names: readonly string[]): string {
  return `[${names.map(quoteName).join(', ')}]`;
}

function compare(what: string, before: readonly string[], after: readonly string[]): void {
  if (before.join('\n') === after.join('\n')) return;
  throw new PlanError(`Query is not upgradeable: the ${what} differ: [${before.join(', ')}] vs. [${after.join(', ')}]`, { hint: 'Terminate the query, drop its sink and create it again.' });
}

function queryOf(text: string): Query | null {
  const statement = parseStatement(text);
  return statement.kind === 'createAsSelect' ? statement.query : null;
}

interface QueryShape {
  readonly sources: readonly string[];
  readonly partitionBy: readonly string[];
  readonly groupBy: readonly string[];
  readonly aggregates: readonly string[];
  /** Columns that the grouped rows carry in ksqlDB, those of the filter included; null without GROUP BY. */
  readonly columns: readonly string[] | null;
}

function describe(query: Query | null, context: PlannerContext): QueryShape {
  if (query === null) return { sources: [], partitionBy: [], groupBy: [], aggregates: [], columns: null };
  const analysis = analyzeQuery(query, { ...context, isPersistent: true });
  const results = resultsOf(analysis);
  return {
    sources: analysis.sources.map(({ source }) => `${source.name} ${source.topic} ${source.keyFormat.name} ${source.valueFormat.name} ${source.timestamp?.column ?? ''}`),
    partitionBy: (analysis.partitionBy ?? []).map(printExpression),
    groupBy: (analysis.groupBy ?? []).map(printExpression),
    aggregates: results.flatMap((expression) => callsOf(expression, 'aggregate', context.functions).map(printExpression)),
    columns: analysis.groupBy === null ? null : requiredColumns(analysis),
  };
}

function resultsOf(analysis: QueryAnalysis): readonly Expression[] {
  const selected = analysis.select.flatMap((item) => (item.kind === 'item' ? [item.expression] : []));
  return [...selected, ...(analysis.having === null ? [] : [analysis.having])];
}

function requiredColumns(analysis: QueryAnalysis): readonly string[] {
  const found = new Set<string>();
  const expressions = [...resultsOf(analysis), ...(analysis.groupBy ?? []), ...(analysis.where === null ? [] : [analysis.where])];
  for (const expression of expressions) {
    walkExpression(expression, (part) => {
      if (part.kind === 'column') found.add(part.name);
      if (part.kind === 'call' && part.name.toUpperCase() === 'COUNT' && part.arguments.length === 0) found.add('ROWTIME');
    });
  }
  return [...found];
}
