import type { Key, Row, SqlValue } from '../../types/index.js';
import type { StoredRow, Table } from '../../state/index.js';
import type { TableView } from './pieces.js';
import { compileRowCode } from './row-code.js';

/** Joins rows in written order; a missing side gives nulls. `swapped`: the right side was written first. */
export type JoinRows = (left: Row | null, right: Row | null) => Row;

export function joinRows(swapped: boolean, leftWidth: number, rightWidth: number): JoinRows {
  const noLeft: readonly SqlValue[] = Array.from({ length: leftWidth }, () => null);
  const noRight: readonly SqlValue[] = Array.from({ length: rightWidth }, () => null);
  const columns = (side: string, width: number): string[] => Array.from({ length: width }, (_, i) => `${side}[${i}]`);
  const [l, r] = [columns('l', leftWidth), columns('r', rightWidth)];
  // One literal of the final size: concatenating arrays costs several times as much.
  const body = [
    'const noLeft = k[0], noRight = k[1];',
    'return function join(left, right) {',
    'const l = left ?? noLeft, r = right ?? noRight;',
    `return [${(swapped ? [...r, ...l] : [...l, ...r]).join(', ')}];`,
    '};',
  ].join('\n');
  return compileRowCode<JoinRows>(body, [noLeft, noRight]);
}

/** A table's current row as the steps above its store show it. */
export function currentRow(table: Table, { view }: TableView, key: Key): StoredRow | null {
  return shown(table.get(key), view, key);
}
/** The row the changes forwarded so far lead to: what a join of changes must see, so that each change's old is right. */
export function forwardedRow(table: Table, { view }: TableView, key: Key): StoredRow | null {
  return shown(table.forwarded(key), view, key);
}

function shown(stored: StoredRow | null, view: TableView['view'], key: Key): StoredRow | null {
  if (stored === null || view === null) return stored;
  const row = view(key, stored.row, stored.timestamp);
  return row === null ? null : { row, timestamp: stored.timestamp };
}
