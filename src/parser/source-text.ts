import type { Span } from '../errors/index.js';

/** SQL text with its line starts, to turn offsets into spans. */
export class SourceText {
  private lineStarts: number[] | null = null;
  constructor(readonly text: string) {}

  span(start: number, end: number): Span {
    const line = this.lineOf(start);
    return { start, end, line: line + 1, column: start - (this.starts()[line] ?? 0) };
  }

  private starts(): number[] {
    if (this.lineStarts !== null) return this.lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.lineStarts = starts;
    return starts;
  }

  private lineOf(offset: number): number {
    const starts = this.starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** `line L:C`, both counted from 1, as in the messages of syntax errors. */
export function lineColumn(span: Span): string {
  return `${span.line}:${span.column + 1}`;
}
