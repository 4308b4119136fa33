import { columnReference, type BoundColumn } from '../../expr/index.js';
import { formatIdentifier } from '../../parser/index.js';
import type { Column, RowSchema } from '../../types/index.js';

/** A place in a row under the name expressions use for it. */
export interface LayoutEntry extends Column {
  /** The alias by which the query qualifies it; null for what the query itself made. */
  readonly source: string | null;
  readonly side: 'key' | 'value';
  readonly index: number;
  /** How messages show the column: the bare name, or `alias_name` in joins. */
  readonly display: string;
}

/** The rows between two steps: their schema, and which column of which source stands where. */
export interface RowLayout {
  readonly schema: RowSchema;
  readonly entries: readonly LayoutEntry[];
}

export function findEntry(layout: RowLayout, source: string | null, name: string): LayoutEntry | null {
  return layout.entries.find((entry) => entry.source === source && entry.name === name) ?? null;
}

export function referenceTo(entry: LayoutEntry): BoundColumn {
  return columnReference(entry.side, entry.index, { name: formatIdentifier(entry.display), type: entry.type });
}
