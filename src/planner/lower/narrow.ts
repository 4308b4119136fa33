import type { StreamSelect, TableSelect } from '../../plan/index.js';
import { columnReference, type BoundExpression } from '../../expr/index.js';
import type { Column } from '../../types/index.js';
import type { LayoutEntry, RowLayout } from '../bind/layout.js';
import { referenceTo } from '../bind/layout.js';
import type { Relation } from './relation.js';

/** Adds a select step over a relation: new value columns, the key as it is. */
export function withSelect(
  relation: Relation,
  name: string,
  columns: readonly { readonly column: Column; readonly expression: BoundExpression }[],
  entries: readonly LayoutEntry[],
): Relation {
  const schema = { ...relation.layout.schema, value: columns.map(({ column }) => column) };
  const base = { version: 1 as const, name, schema, expressions: columns.map(({ expression }) => expression) };
  const layout: RowLayout = { schema, entries };
  if (relation.kind === 'stream') {
    const step: StreamSelect = { ...base, kind: 'streamSelect', source: relation.step };
    return { ...relation, layout, step };
  }
  const step: TableSelect = { ...base, kind: 'tableSelect', source: relation.step };
  return { ...relation, layout, step };
}

/**
 * Keeps only value columns that a later step reads. Where that is none, one is kept: an empty row has no bytes of its own in
 * some formats. The relation itself when nothing falls away.
 */
export function narrow(relation: Relation, name: string, isUsed: (entry: LayoutEntry) => boolean): Relation {
  const values = relation.layout.entries.filter((entry) => entry.side === 'value');
  const used = values.filter(isUsed);
  const kept = used.length > 0 ? used : values.slice(0, 1);
  if (kept.length === values.length) return relation;
  const keys = relation.layout.entries.filter((entry) => entry.side === 'key');
  const columns = kept.map((entry) => ({ column: { name: entry.display, type: entry.type }, expression: referenceTo(entry) }));
  return withSelect(relation, name, columns, [...keys, ...kept.map((entry, index) => ({ ...entry, index }))]);
}

/** A reference to a value column by position, shown under `name`. */
export function valueReference(index: number, column: Column): BoundExpression {
  return columnReference('value', index, column);
}
