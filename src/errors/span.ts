/** A place in SQL text: half-open offsets in UTF-16 units, with the 1-based line and 0-based column of the start. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}
