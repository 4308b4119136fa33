import { BindError } from '../../errors/index.js';
import { bindExpression, type BindScope } from './expression.js';
import type { QueryAnalysis } from './analysis.js';
import type { Expression, SelectItem } from '../../parser/index.js';
import { quoteName } from '../../types/index.js';
import { printExpression } from '../../parser/index.js';
import { needsSynthetic } from './join-key.js';
import { ColumnNamer, internalName } from './names.js';
import type { BoundSource, SourceColumn } from './sources.js';

/** One column of the result: its name and the (qualified) expression that gives it. */
export interface OutputItem {
  readonly name: string;
  readonly expression: Expression;
  /** Came out of a `*`: window bounds are then left out of persistent results instead of refused. */
  readonly fromStar: boolean;
}

/** The select list without stars. Stars over PARTITION BY see the rows as they are re-keyed, ksqlDB's internal columns included. */
export function expandSelect(analysis: QueryAnalysis, scopeOf: () => BindScope): readonly OutputItem[] {
  return analysis.select.flatMap((item) => expandItem(item, analysis, scopeOf));
}

function expandItem(item: SelectItem, analysis: QueryAnalysis, scopeOf: () => BindScope): readonly OutputItem[] {
  switch (item.kind) {
    case 'item':
      return [{ name: item.alias ?? '', expression: item.expression, fromStar: false }];
    case 'structStar':
      return expandStruct(item.base, scopeOf());
    case 'star':
      return expandStar(item, analysis);
  }
}

/** `expression->*`: one column per field, named after it. */
function expandStruct(base: Expression, scope: BindScope): readonly OutputItem[] {
  const bound = bindExpression(base, scope);
  const type = bound.kind === 'unit' ? null : bound.type;
  if (type?.kind !== 'STRUCT') {
    const shown = base.kind === 'column' ? quoteName(base.name) : printExpression(base);
    throw new BindError(`Column ${shown} is not a STRUCT type.`, { span: base.span, hint: '->* expands STRUCT columns only.' });
  }
  return type.fields.map((field) => ({
    name: field.name,
    expression: { kind: 'dereference', base, field: field.name, span: base.span },
    fromStar: true,
  }));
}

function expandStar(star: Extract<SelectItem, { kind: 'star' }>, analysis: QueryAnalysis): readonly OutputItem[] {
  const { isJoin, partitionBy, syntheticKey } = analysis;
  const sources = analysis.sources.filter((source) => star.source === null || source.alias === star.source);
  const item = (source: BoundSource, column: SourceColumn): OutputItem => ({
    name: internalName(source.alias, column.name, isJoin),
    expression: { kind: 'column', source: source.alias, name: column.name, span: star.span },
    fromStar: true,
  });
  if (partitionBy !== null && star.source === null) return expandRekeyedStar(analysis, partitionBy, sources, item);
  const columns = sources.flatMap((source) => source.columns.filter((column) => column.role !== 'pseudo').map((column) => item(source, column)));
  const synthetic: OutputItem[] =
    star.source === null && syntheticKey !== null && needsSynthetic(analysis)
      ? [{ name: syntheticKey, expression: { kind: 'column', source: null, name: syntheticKey, span: star.span }, fromStar: true }]
      : [];
  return [...synthetic, ...columns];
}

/**
 * After PARTITION BY the new key comes first and the old key has moved behind the values; in joins the pseudo columns of each
 * source are ordinary columns by then.
 */
function expandRekeyedStar(
  analysis: QueryAnalysis,
  partitionBy: readonly Expression[],
  sources: readonly BoundSource[],
  item: (source: BoundSource, column: SourceColumn) => OutputItem,
): readonly OutputItem[] {
  const roles: readonly SourceColumn['role'][] = analysis.isJoin ? ['value', 'header', 'pseudo', 'key', 'bound'] : ['value', 'header', 'key', 'bound'];
  const columns = sources.flatMap((source) =>
    roles.flatMap((role) => source.columns.filter((column) => column.role === role).map((column) => item(source, column))),
  );
  const texts = new Set(partitionBy.map(printExpression));
  const keys = partitionBy
    .filter((expression) => expression.kind !== 'null')
    .map((expression, index) => ({ name: partitionKeyName(expression, index, analysis), expression, fromStar: true }));
  return [...keys, ...columns.filter((column) => !texts.has(printExpression(column.expression)))];
}

/** Name of a key column that PARTITION BY makes and the SELECT list does not name. */
export function partitionKeyName(expression: Expression, index: number, analysis: QueryAnalysis): string {
  if (expression.kind === 'column') return internalName(expression.source, expression.name, analysis.isJoin);
  return generatedKeyNames(analysis.partitionBy ?? [], analysis)[index] ?? '';
}

/** Names for key expressions in order, as unnamed select expressions get them. */
export function generatedKeyNames(expressions: readonly Expression[], analysis: QueryAnalysis): readonly string[] {
  const namer = namerForKeys(analysis);
  return expressions.map((expression) =>
    expression.kind === 'column' ? internalName(expression.source, expression.name, analysis.isJoin) : namer.nameOf(expression),
  );
}

function namerForKeys(analysis: QueryAnalysis): ColumnNamer {
  return new ColumnNamer(
    analysis.sources.flatMap((source) => source.columns.map((column) => internalName(source.alias, column.name, analysis.isJoin))),
  );
}
