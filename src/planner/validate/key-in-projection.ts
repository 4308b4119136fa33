import { PlanError } from '../../errors/index.js';
import { printExpression, type Expression } from '../../parser/index.js';
import { quoteName } from '../../types/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import { listText } from '../bind/schema-text.js';
import type { OutputItem } from '../bind/select-items.js';
import { shownText } from '../bind/shown.js';
import type { KeyPart, ResultKey } from '../lower/result-key.js';

const KIND_TEXT = {
  source: 'key column',
  join: 'join expression',
  foreignKey: 'key column',
  groupBy: 'grouping expression',
  partitionBy: 'partitioning expression',
} as const;

/** A result must show its whole key, and once: otherwise its rows could not be told apart, or would be written twice. */
export function checkKeyInProjection(key: ResultKey, items: readonly OutputItem[], analysis: QueryAnalysis, sinkName: string): void {
  const missing = key.parts.filter((part) => itemsOf(part, items).length === 0);
  if (missing.length > 0) throw key.kind === 'foreignKey' ? missingPrimaryKey(missing, analysis) : missingKey(key, missing, analysis, sinkName);
  for (const part of key.parts) {
    const names = keyItems(part, items).map((item) => item.name);
    if (new Set(names).size > 1) {
      const chosen = part.expressions.find((expression) => items.some((item) => same(item.expression, expression)));
      const shown = chosen?.kind === 'column' ? shownText(chosen, analysis.isJoin) : part.name;
      throw new PlanError(
        `The projection contains a key column (${quoteName(shown.replace(/^`(.*)`$/, '$1'))}) more than once, aliased as: ${listText([...names].sort(), 'and')}.\n` +
          'Each key column must only be in the projection once. If you intended to copy the key into the value, then consider using the ' +
          '`AS_VALUE` function to indicate which key reference should be copied.', { hint: 'Use AS_VALUE(column) for the copies.' });
    }
  }
}

/** The items that are the key column: those of the most preferred expression that is selected. */
export function keyItems(part: KeyPart, items: readonly OutputItem[]): readonly OutputItem[] {
  for (const expression of part.expressions) {
    const found = items.filter((item) => same(item.expression, expression));
    if (found.length > 0) return found;
  }
  return [];
}

function itemsOf(part: KeyPart, items: readonly OutputItem[]): readonly OutputItem[] {
  return items.filter((item) => part.expressions.some((expression) => same(item.expression, expression)));
}

function same(a: Expression, b: Expression): boolean {
  return printExpression(a) === printExpression(b);
}

function missingKey(key: ResultKey, missing: readonly KeyPart[], analysis: QueryAnalysis, sinkName: string): PlanError {
  const shown = (expression: Expression): string =>
    key.kind === 'join' || key.kind === 'partitionBy' ? printExpression(expression) : shownText(expression, analysis.isJoin);
  // A join's key may be shown by any one of its columns; every other key needs all of its columns; of groupings only the missing are told.
  const texts = key.kind === 'join' ? (missing[0]?.expressions ?? []).map(shown) : (key.kind === 'groupBy' ? missing : key.parts).flatMap((part) => part.expressions.map(shown));
  const plural = texts.length > 1 ? 's' : '';
  const example = key.kind === 'join' ? (texts[0] ?? '') : texts.join(', ');
  const synthetic = key.synthetic
    ? `\n${texts[0] ?? ''} was added as a synthetic key column because the join criteria did not match any source column. ` +
      'This expression must be included in the projection and may be aliased.'
    : '';
  return new PlanError(
    'Key missing from projection (ie, SELECT). See https://cnfl.io/2LV7ouS.\n' +
      `The query used to build ${quoteName(sinkName)} must include the ${KIND_TEXT[key.kind]}${plural} ` +
      `${listText(texts, key.kind === 'join' ? 'or' : 'and')} in its projection (eg, SELECT ${example}...).${synthetic}`, { hint: 'Add the key to the SELECT list.' });
}

function missingPrimaryKey(missing: readonly KeyPart[], analysis: QueryAnalysis): PlanError {
  const [left] = analysis.sources;
  const names = missing.flatMap((part) => part.expressions.map((expression) => (expression.kind === 'column' ? quoteName(expression.name) : '')));
  return new PlanError(
    'Primary key column missing in projection. For foreign-key table-table joins, the projection must include all primary key columns from the ' +
      `left input table (${quoteName(left?.alias ?? '')}). Missing column${names.length > 1 ? 's' : ''}: ${names.join(', ')}.`, { hint: 'Add the key of the left table to the SELECT list.' });
}
