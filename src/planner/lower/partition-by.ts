import { columnReference, requireType, type BoundExpression } from '../../expr/index.js';
import { printExpression, type Expression } from '../../parser/index.js';
import type { Column } from '../../types/index.js';
import { bindExpression } from '../bind/expression.js';
import { shownText } from '../bind/shown.js';
import { referenceTo, type LayoutEntry } from '../bind/layout.js';
import { internalKeyFormat } from './key-format.js';
import { withSelect } from './narrow.js';
import { selectKey } from './rekey.js';
import { columnKey, type Lowering, type StreamRelation } from './relation.js';

export interface Rekeyed {
  readonly relation: StreamRelation;
  /** The partitioning expressions are the key from here on. */
  readonly substitutes: ReadonlyMap<string, BoundExpression>;
}

/** PARTITION BY: the new key; old key columns that are read further on move into the row first. */
export function lowerPartitionBy(
  input: StreamRelation,
  expressions: readonly Expression[],
  names: readonly string[],
  isUsed: (column: string) => boolean,
  lowering: Lowering,
): Rekeyed {
  if (isCurrentKey(input, expressions)) return { relation: input, substitutes: new Map() };
  const relation = keepOldKey(input, isUsed);
  const keys = expressions.filter((expression) => expression.kind !== 'null');
  const scope = lowering.scope(relation.layout);
  const key = keys.map((expression, index) => {
    const bound = bindExpression(expression, scope);
    const column: Column = { name: names[index] ?? '', type: requireType(bound) };
    return { column, expression: bound };
  });
  const substitutes = keys.map((expression, index): [string, BoundExpression] => {
    const column = key[index]?.column ?? { name: '', type: { kind: 'STRING' } };
    return [printExpression(expression), columnReference('key', index, { name: shownText(expression, lowering.analysis.isJoin), type: column.type })];
  });
  const rekeyed = selectKey(relation, 'PartitionBy', key, []);
  const columns = key.map(({ column }) => column);
  const keyFormat = columns.length === 0 ? input.keyFormat : internalKeyFormat(input.keyFormat, columns, lowering.context);
  return { relation: { ...rekeyed, keyFormat }, substitutes: new Map(substitutes) };
}

/** Exactly the only key column: nothing changes. */
function isCurrentKey(relation: StreamRelation, expressions: readonly Expression[]): boolean {
  const [only] = expressions;
  return expressions.length === 1 && only?.kind === 'column' && relation.keyEquals.has(columnKey(only.source, only.name));
}

function keepOldKey(relation: StreamRelation, isUsed: (column: string) => boolean): StreamRelation {
  const { entries } = relation.layout;
  const values = entries.filter((entry) => entry.side === 'value');
  const old = entries.filter(
    (entry) => entry.side === 'key' && isUsed(columnKey(entry.source, entry.name)) && !values.some((value) => sameColumn(value, entry)),
  );
  if (old.length === 0) return relation;
  const kept = [...values, ...old];
  const columns = kept.map((entry) => ({ column: { name: entry.display, type: entry.type }, expression: referenceTo(entry) }));
  // The new key's expressions find the old key where it was: it is there even when the row is null.
  const keyEntries = entries.filter((entry) => entry.side === 'key');
  const copies = kept.map((entry, index): LayoutEntry => ({ ...entry, side: 'value', index }));
  const moved = withSelect(relation, 'PartitionBy-Prepare', columns, [...keyEntries, ...copies]);
  return moved.kind === 'stream' ? moved : relation;
}

function sameColumn(a: LayoutEntry, b: LayoutEntry): boolean {
  return a.source === b.source && a.name === b.name;
}
