import { MillraceError } from './classes.js';
import type { Span } from './span.js';

/** Lines longer than this are shown as a part around the marked place. */
const LONGEST_LINE = 120;
const ELLIPSIS = '…';

/**
 * The error for people: code and message, the line of SQL with a mark under the place, and the hint. `sql` is the text that
 * the error's span points into.
 */
export function renderError(error: Error, sql?: string): string {
  if (!(error instanceof MillraceError)) return `error: ${error.message}`;
  const parts = [`error[${error.code}]: ${error.message}`];
  if (error.span !== undefined && sql !== undefined) parts.push(renderSpan(error.span, sql));
  if (error.hint !== undefined) parts.push(`hint: ${error.hint}`);
  return parts.join('\n');
}

/** The line a span starts in, with carets under the spanned characters of that line. */
export function renderSpan(span: Span, sql: string): string {
  const lineStart = span.start - span.column;
  const lineEnd = endOfLine(sql, lineStart);
  const line = sql.slice(lineStart, lineEnd);
  const marked = Math.max(1, Math.min(span.end, lineEnd) - span.start);
  const view = clip(line, span.column, marked);
  const gutter = String(span.line);
  const blank = ' '.repeat(gutter.length);
  const pad = view.text.slice(0, view.column).replace(/[^\t]/g, ' ');
  return `${blank} |\n${gutter} | ${view.text}\n${blank} | ${pad}${'^'.repeat(view.marked)}`;
}

function endOfLine(sql: string, from: number): number {
  let at = from;
  while (at < sql.length && sql[at] !== '\n' && sql[at] !== '\r') at++;
  return at;
}

function clip(line: string, column: number, marked: number): { text: string; column: number; marked: number } {
  if (line.length <= LONGEST_LINE) return { text: line, column, marked };
  const start = Math.max(0, Math.min(column - LONGEST_LINE / 2, line.length - LONGEST_LINE));
  const end = start + LONGEST_LINE;
  const head = start > 0 ? ELLIPSIS : '';
  const tail = end < line.length ? ELLIPSIS : '';
  return { text: head + line.slice(start, end) + tail, column: column - start + head.length, marked: Math.max(1, Math.min(marked, end - column)) };
}
