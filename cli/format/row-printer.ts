import stringWidth from 'string-width';
import { elementsOf } from './cells.js';

/** How rows are shown. */
export const OUTPUT_MODES = ['table', 'vertical', 'json', 'jsonl', 'csv', 'tsv', 'markdown', 'raw'] as const;
export type OutputMode = (typeof OUTPUT_MODES)[number];
export interface ShownColumn {
  readonly name: string;
  readonly type: string;
}
export type Cell = string | null;

export interface Layout {
  /** Columns of the screen. */
  readonly width: number;
  /** What will be printed, where it is known. */
  readonly rows: readonly (readonly Cell[])[] | null;
  /** Of every column; 0: what fits. */
  readonly columnWidth: number;
  /** Long values go on in the next line; else they are cut. */
  readonly wraps: boolean;
}

/** Prints rows as they come: nothing is held back for a prettier layout, so live results appear at once. */
export interface RowPrinter {
  header(): string;
  row(cells: readonly Cell[], json: string): string;
  end(rows: number): string;
}

const NULL = 'null';
const MAX_WIDTH = 40;
const NARROWEST = 6;

const oneLine = (text: string): string => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
const isNumeric = (type: string): boolean => /^(INTEGER|BIGINT|DOUBLE|DECIMAL)/.test(type);

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The begin of a text, at most so wide: emoji and wide letters take two places, and are never cut in two. */
function cut(text: string, width: number): string {
  let shown = '';
  let left = width;
  for (const { segment } of letters.segment(text)) {
    left -= stringWidth(segment);
    if (left < 0) break;
    shown += segment;
  }
  return shown;
}

function fit(text: string, width: number, right: boolean): string {
  const shown = stringWidth(text) > width ? `${cut(text, width - 1)}…` : text;
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(shown)));
  return right ? blanks + shown : shown + blanks;
}

/** Widths that fit `available`: the widest columns give way first. */
function shrink(wanted: readonly number[], available: number): readonly number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width + 3, 1) - available;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

const usualWidth = (column: ShownColumn): number => (isNumeric(column.type) || column.type === 'BOOLEAN' ? 12 : column.type === 'TIMESTAMP' ? 23 : 20);

/** Of an answer that is whole: what its cells need. Of live rows, which are still to come: what their types usually need. */
function columnWidths(columns: readonly ShownColumn[], available: number, rows: readonly (readonly Cell[])[] | null): readonly number[] {
  const wanted = columns.map((column, index) => {
    const name = stringWidth(column.name);
    if (rows === null) return Math.min(MAX_WIDTH, Math.max(name, usualWidth(column)));
    return Math.max(name, ...rows.map((row) => stringWidth(oneLine(row[index] ?? NULL))));
  });
  return shrink(wanted, available);
}

/** How wide a table of all its text would be. */
export function naturalWidth(columns: readonly ShownColumn[], rows: readonly (readonly Cell[])[] | null): number {
  return columnWidths(columns, Infinity, rows).reduce((sum, width) => sum + width + 3, 1);
}

/** A text in lines of at most the width. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (let rest = text; rest !== '' || lines.length === 0; ) {
    // A letter wider than the column stands alone rather than never.
    const line = cut(rest, width) || rest.slice(0, 1);
    lines.push(line);
    rest = rest.slice(line.length);
  }
  return lines;
}

function tablePrinter(columns: readonly ShownColumn[], { width, rows, columnWidth, wraps }: Layout): RowPrinter {
  const widths = columnWidth > 0 ? columns.map(() => columnWidth) : columnWidths(columns, width, rows);
  const rule = (left: string, middle: string, right: string): string => left + widths.map((each) => '─'.repeat(each + 2)).join(middle) + right;
  const line = (cells: readonly Cell[]): string =>
    `│${cells.map((cell, index) => ` ${fit(oneLine(cell ?? NULL), widths[index] ?? 6, cell !== null && isNumeric(columns[index]?.type ?? ''))} `).join('│')}│`;
  const tall = (cells: readonly Cell[]): string => {
    const parts = cells.map((cell, index) => wrapped(oneLine(cell ?? NULL), widths[index] ?? 6));
    const height = Math.max(1, ...parts.map((part) => part.length));
    return Array.from({ length: height }, (_, at) => line(parts.map((part) => part[at] ?? ''))).join('\n');
  };
  return {
    header: () => `${rule('┌', '┬', '┐')}\n│${columns.map((column, index) => ` ${fit(column.name, widths[index] ?? 6, false)} `).join('│')}│\n${rule('├', '┼', '┤')}\n`,
    row: (cells) => `${wraps ? tall(cells) : line(cells)}\n`,
    end: (count) => `${rule('└', '┴', '┘')}\n${count} row${count === 1 ? '' : 's'}\n`,
  };
}

function verticalPrinter(columns: readonly ShownColumn[]): RowPrinter {
  const width = Math.max(0, ...columns.map((column) => stringWidth(column.name)));
  let count = 0;
  return {
    header: () => '',
    row: (cells) => {
      count += 1;
      return `-[ ${count} ]${'-'.repeat(20)}\n${columns.map((column, index) => `${fit(column.name, width, false)} | ${oneLine(cells[index] ?? NULL)}\n`).join('')}`;
    },
    end: (rows) => `${rows} row${rows === 1 ? '' : 's'}\n`,
  };
}

function csvCell(cell: Cell, delimiter: string): string {
  if (cell === null) return '';
  return cell.includes(delimiter) || /["\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function delimitedPrinter(columns: readonly ShownColumn[], delimiter: string): RowPrinter {
  return {
    header: () => `${columns.map((column) => csvCell(column.name, delimiter)).join(delimiter)}\n`,
    row: (cells) => `${cells.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\n`,
    end: () => '',
  };
}

// The names are keys of JSON text, never of an object here.
function jsonRow(columns: readonly ShownColumn[], json: string): string {
  const cells = elementsOf(json);
  return `{${columns.map((column, index) => `${JSON.stringify(column.name)}:${cells[index] ?? 'null'}`).join(',')}}`;
}

function jsonPrinter(columns: readonly ShownColumn[]): RowPrinter {
  let first = true;
  return {
    header: () => '[',
    row: (_cells, json) => {
      const comma = first ? '\n' : ',\n';
      first = false;
      return `${comma}  ${jsonRow(columns, json)}`;
    },
    end: () => '\n]\n',
  };
}

function markdownPrinter(columns: readonly ShownColumn[]): RowPrinter {
  const escape = (text: string): string => oneLine(text).replaceAll('|', '\\|');
  return {
    header: () => `| ${columns.map((column) => escape(column.name)).join(' | ')} |\n|${columns.map((column) => (isNumeric(column.type) ? '---:' : '---')).join('|')}|\n`,
    row: (cells) => `| ${cells.map((cell) => escape(cell ?? NULL)).join(' | ')} |\n`,
    end: () => '',
  };
}

/** The printer of a mode. */
export function createRowPrinter(mode: OutputMode, columns: readonly ShownColumn[], layout: Layout): RowPrinter {
  switch (mode) {
    case 'table':
      return tablePrinter(columns, layout);
    case 'vertical':
      return verticalPrinter(columns);
    case 'json':
      return jsonPrinter(columns);
    case 'jsonl':
      return { header: () => '', row: (_cells, json) => `${jsonRow(columns, json)}\n`, end: () => '' };
    case 'csv':
      return delimitedPrinter(columns, ',');
    case 'tsv':
      return delimitedPrinter(columns, '\t');
    case 'markdown':
      return markdownPrinter(columns);
    case 'raw':
      return { header: () => '', row: (cells) => `${cells.map((cell) => cell ?? NULL).join(' | ')}\n`, end: () => '' };
  }
}
