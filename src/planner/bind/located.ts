import type { Span } from '../../errors/index.js';

/** Prefix of a message that points at a place: `Line: 2, Col: 33: `. Columns are shown from one. */
export function at(span: Span): string {
  return `Line: ${String(span.line)}, Col: ${String(span.column + 1)}: `;
}

/** Prefix of what ksqlDB reports while it builds the statement (properties, columns, names of aliases). */
export const PREPARE = 'Failed to prepare statement: ';
/** Prefix of what ksqlDB reports while it resolves the names of sources and columns. */
export const RESOLVE = 'Exception while preparing statement: ';
