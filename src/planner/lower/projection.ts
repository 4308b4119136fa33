import { PlanError, type BindError } from '../../errors/index.js';
import { typeOf, type BoundExpression } from '../../expr/index.js';
import { printExpression } from '../../parser/index.js';
import type { Column, SqlType } from '../../types/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { UncompilableError, type BindScope } from '../bind/expression.js';
import { isSystemColumn } from '../bind/columns.js';
import type { OutputItem } from '../bind/select-items.js';
import { shownText } from '../bind/shown.js';
import { sourceSchemaText } from '../bind/source-schema-text.js';
import { checkKeyInProjection, keyItems } from '../validate/key-in-projection.js';
import { checkDuplicateColumns, checkReservedColumns, checkSidesDiffer, checkValueColumns } from '../validate/output-columns.js';
import { bindClause } from './filter.js';
import { withSelect } from './narrow.js';
import type { Relation } from './relation.js';
import type { ResultKey } from './result-key.js';

/** A select expression, bound. NULL alone has no type. */
export function bindItem(item: OutputItem, scope: BindScope, analysis: QueryAnalysis): { readonly expression: BoundExpression; readonly type: SqlType } {
  const expression = bindClause(item.expression, scope, (error: BindError) =>
    error instanceof UncompilableError
      ? `Invalid Select: ${error.message}. expression: ${shownText(item.expression, analysis.isJoin)}, schema:${sourceSchemaText(analysis)}`
      : error.message,
  );
  const type = typeOf(expression);
  if (type === null) {
    throw new PlanError("Can't infer a type of null. Please explicitly cast it to a required type, e.g. CAST(null AS VARCHAR).", {
      span: item.expression.span, hint: 'Give the NULL a type: CAST(NULL AS VARCHAR).' });
  }
  return { expression, type };
}

/** Drops what a `*` of a windowed source adds: the bounds stay in the key. */
export function persistentItems(items: readonly OutputItem[], analysis: QueryAnalysis): readonly OutputItem[] {
  const keys = new Set((analysis.partitionBy ?? []).map(printExpression));
  return items.filter((item) => {
    const isSystem = item.fromStar && isSystemColumn(item.name) && item.expression.kind === 'column' && item.name === item.expression.name;
    return !isSystem || keys.has(printExpression(item.expression));
  });
}

export interface ProjectionInput {
  readonly relation: Relation;
  readonly items: readonly OutputItem[];
  readonly key: ResultKey;
  readonly scope: BindScope;
  readonly analysis: QueryAnalysis;
  readonly sinkName: string;
}

/** The SELECT list of a persistent query: key columns are renamed in place, everything else becomes the value row. */
export function lowerProjection(input: ProjectionInput): Relation {
  const { relation, key, scope, analysis } = input;
  const items = persistentItems(input.items, analysis);
  checkReservedColumns(items);
  const keyTexts = new Set(key.parts.flatMap((part) => keyItems(part, items).slice(0, 1).map((item) => printExpression(item.expression))));
  // The key stands where it is: its items are not computed, which also spares joins a copy of it in the row.
  const values = items
    .filter((item) => !keyTexts.has(printExpression(item.expression)))
    .map((item) => ({ item, ...bindItem(item, scope, analysis) }));
  checkKeyInProjection(key, items, analysis, input.sinkName);
  const named = key.parts.map((part, index) => {
    const type = relation.layout.schema.key[index]?.type ?? { kind: 'STRING' as const };
    const selected = keyItems(part, items).map((item): Column => ({ name: item.name, type }));
    return { selected, column: selected[0] ?? { name: part.name, type } };
  });
  const keyColumns = named.map(({ column }) => column);
  checkDuplicateColumns(named.flatMap(({ selected }) => selected), true);
  const columns = values.map(({ item, expression, type }) => ({ column: { name: item.name, type }, expression }));
  checkValueColumns(columns.map(({ column }) => column));
  checkDuplicateColumns(columns.map(({ column }) => column), false);
  checkSidesDiffer(keyColumns, columns.map(({ column }) => column));
  const renamed: Relation = { ...relation, layout: { ...relation.layout, schema: { ...relation.layout.schema, key: keyColumns } } };
  return withSelect(renamed, 'Project', columns, []);
}
