import { formatType, quoteName, type Column } from '../../types/index.js';

/** A column as messages show it: `` `ID` INTEGER KEY ``. */
export function columnText(column: Column, isKey: boolean): string {
  return `${quoteName(column.name)} ${formatType(column.type)}${isKey ? ' KEY' : ''}`;
}

/** Key and value columns as messages show a schema. */
export function schemaText(key: readonly Column[], value: readonly Column[]): string {
  return [...key.map((column) => columnText(column, true)), ...value.map((column) => columnText(column, false))].join(', ');
}

/** `A`, `A and B`, `A, B and C` (or another last word). */
export function listText(items: readonly string[], lastWord: 'and' | 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${lastWord} ${last}`;
}
