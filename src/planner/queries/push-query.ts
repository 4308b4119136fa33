import { columnReference, type BoundExpression } from '../../expr/index.js';
import { printExpression, type Query } from '../../parser/index.js';
import type { OutputColumn, TransientPlan } from '../../plan/index.js';
import { analyzeQuery } from '../bind/analysis.js';
import type { PlannerContext } from '../context.js';
import { checkedQuery, lowerQuery, type LoweredQuery } from '../lower/lower-query.js';
import { bindItem } from '../lower/projection.js';
import { Lowering, transientPrefix } from '../lower/relation.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { checkDuplicateColumns } from '../validate/output-columns.js';

export interface PushQueryInput {
  readonly queryId: string;
  readonly text: string;
  readonly offsetReset: TransientPlan['offsetReset'];
}

/** A query of a client over changes: its rows go to the client instead of a topic, and it keeps nothing when it ends. */
export function planPushQuery(query: Query, input: PushQueryInput, context: PlannerContext): TransientPlan {
  const analysis = analyzeQuery(query, { ...context, isPersistent: false });
  const checked = checkedQuery(analysis, null, context);
  const lowering = new Lowering(context, analysis, input.queryId, transientPrefix(context));
  const lowered = lowerQuery(checked, lowering);
  const output = outputColumns(lowered, analysis);
  checkDuplicateColumns(output.map(({ column }) => column), false);
  return {
    kind: 'transient',
    version: 1,
    queryId: input.queryId,
    statementText: input.text,
    sources: analysis.sources.map(({ source }) => source.name),
    root: lowered.relation.step,
    output,
    limit: query.limit === null ? null : Math.max(query.limit, 0),
    offsetReset: input.offsetReset,
    properties: Object.fromEntries(context.overrides),
  };
}

function outputColumns(lowered: LoweredQuery, analysis: QueryAnalysis): readonly OutputColumn[] {
  const keys = new Map(
    lowered.key.kind === 'source' || lowered.key.kind === 'foreignKey'
      ? lowered.key.parts.flatMap((part, index) => part.expressions.map((expression): [string, number] => [printExpression(expression), index]))
      : [],
  );
  return lowered.items.map((item) => {
    const { expression, type } = bindItem(item, lowered.scope, analysis);
    const shown = keyed(expression, keys.get(printExpression(item.expression)), type);
    return { column: { name: item.name, type }, expression: shown, isKey: shown.kind === 'column' && shown.side === 'key' };
  });
}

/** A key column that is selected as it is comes from the key, so that deleted rows show it too. */
function keyed(expression: BoundExpression, position: number | undefined, type: OutputColumn['column']['type']): BoundExpression {
  if (position === undefined || expression.kind !== 'column' || expression.side === 'key') return expression;
  return columnReference('key', position, { name: expression.name, type });
}
