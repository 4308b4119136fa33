import { printExpression, type Expression } from '../../parser/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { isForeignKeyShaped, viableKeys } from '../bind/join-key.js';
import { internalName } from '../bind/names.js';
import { generatedKeyNames, type OutputItem } from '../bind/select-items.js';

/** One key column of a result and the expressions that may stand for it in the SELECT list. */
export interface KeyPart {
  /** The column's name before the SELECT list renames it. */
  readonly name: string;
  /** In order of preference: the first that is selected is the key. */
  readonly expressions: readonly Expression[];
}

/** Where the key of a result comes from; decides how messages call it. */
export interface ResultKey {
  readonly kind: 'source' | 'join' | 'foreignKey' | 'groupBy' | 'partitionBy';
  readonly parts: readonly KeyPart[];
  /** The key was made up by a join and has no column behind it. */
  readonly synthetic: boolean;
}

/** The key of a query's rows, before the SELECT list names it. */
export function resultKeyOf(analysis: QueryAnalysis, groupBy: readonly Expression[] | null): ResultKey {
  if (groupBy !== null) return { kind: 'groupBy', parts: madeParts(groupBy, analysis), synthetic: false };
  if (analysis.partitionBy !== null) {
    const expressions = analysis.partitionBy.filter((expression) => expression.kind !== 'null');
    return { kind: 'partitionBy', parts: madeParts(expressions, analysis), synthetic: false };
  }
  if (analysis.isJoin && !isForeignKeyShaped(analysis)) return joinKey(analysis);
  const [source] = analysis.sources;
  const parts = (source?.source.keyColumns ?? []).map((column): KeyPart => ({
    name: internalName(source?.alias ?? null, column.name, analysis.isJoin),
    expressions: [{ kind: 'column', source: source?.alias ?? null, name: column.name, span: analysis.query.span }],
  }));
  return { kind: analysis.isJoin ? 'foreignKey' : 'source', parts, synthetic: false };
}

function joinKey(analysis: QueryAnalysis): ResultKey {
  const viable = viableKeys(analysis.joins);
  const name = analysis.syntheticKey ?? 'ROWKEY';
  if (viable.length === 0) {
    const synthetic: Expression = { kind: 'column', source: null, name, span: analysis.query.span };
    return { kind: 'join', parts: [{ name, expressions: [synthetic] }], synthetic: true };
  }
  const [first] = viable;
  return { kind: 'join', parts: [{ name: internalName(first?.source ?? null, first?.name ?? '', true), expressions: viable }], synthetic: false };
}

/** Keys that the query makes: named as in the SELECT list, which is asked later, else as unnamed columns are. */
function madeParts(expressions: readonly Expression[], analysis: QueryAnalysis): readonly KeyPart[] {
  const names = generatedKeyNames(expressions, analysis);
  return expressions.map((expression, index) => ({ name: names[index] ?? '', expressions: [expression] }));
}

/** The expression that stands for a key column in this SELECT list: the first one selected, or null. */
export function chosenExpression(part: KeyPart, items: readonly OutputItem[]): Expression | null {
  const selected = new Set(items.map((item) => printExpression(item.expression)));
  return part.expressions.find((expression) => selected.has(printExpression(expression))) ?? null;
}

/** Names for the keys of the inner joins and the outermost one; only steps show them. */
export function joinKeyNames(analysis: QueryAnalysis, items: readonly OutputItem[]): readonly string[] {
  return analysis.joins.map((_, level) => {
    const joins = analysis.joins.slice(0, level + 1);
    const viable = viableKeys(joins);
    const chosen = viable.find((expression) => items.some((item) => printExpression(item.expression) === printExpression(expression))) ?? viable[0];
    if (chosen !== undefined) return internalName(chosen.source, chosen.name, true);
    return analysis.syntheticKey ?? 'ROWKEY';
  });
}
