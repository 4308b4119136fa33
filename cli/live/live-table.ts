import { createRowPrinter, type Cell, type ShownColumn } from '../format/row-printer.js';
import { KeyedRows } from './keyed-rows.js';

const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';
/** Lines that are no rows: three of the frame above, one below, one that says how it goes. */
const FRAME_LINES = 5;

/** A table of the newest row of each key, in the order of the keys; without keys the newest rows. What changed since the last picture is bold. */
export class LiveTable {
  private readonly rows: KeyedRows;
  private changed = new Set<string>();
  private changes = 0;
  private changesBefore = 0;
  private drawnAtMs: number;
  private rate = 0;

  constructor(
    private readonly columns: readonly ShownColumn[],
    private readonly keys: readonly number[],
    startMs: number,
  ) {
    this.rows = new KeyedRows(keys);
    this.drawnAtMs = startMs;
  }

  apply(row: readonly Cell[]): void {
    this.changes += 1;
    const change = this.rows.apply(row);
    if (change.kind !== 'delete') this.changed.add(this.rows.keyOf(row));
  }

  /** The picture as lines no wider than the screen and at most as many as fit. */
  draw(size: { readonly width: number; readonly height: number }, nowMs: number): string[] {
    this.measure(nowMs);
    const fits = Math.max(1, size.height - FRAME_LINES - 1);
    const all = [...this.rows.entries()];
    const shown = this.keys.length === 0 ? all.slice(-fits) : all.toSorted(([left], [right]) => compareKeys(left, right)).slice(0, fits);
    const printer = createRowPrinter('table', this.columns, { width: size.width, rows: shown.map(([, row]) => row), columnWidth: 0, wraps: false });
    const lines = printer.header().trimEnd().split('\n');
    for (const [key, row] of shown) {
      const line = printer.row(row, '').trimEnd();
      lines.push(this.changed.has(key) ? `${BOLD}${line}${PLAIN}` : line);
    }
    lines.push(printer.end(shown.length).split('\n')[0] ?? '');
    const hidden = this.rows.size - shown.length;
    lines.push(`${this.rows.size} rows${hidden > 0 ? `, ${hidden} not shown` : ''}, ${this.changes} changes, ${this.rate} a second. Ctrl-C ends it.`.slice(0, size.width));
    this.changed = new Set();
    return lines;
  }

  private measure(nowMs: number): void {
    const passed = nowMs - this.drawnAtMs;
    if (passed < 1000) return;
    this.rate = Math.round(((this.changes - this.changesBefore) * 1000) / passed);
    this.changesBefore = this.changes;
    this.drawnAtMs = nowMs;
  }
}

/** Numbers by size, texts by letters: keys are JSON lists of cells. */
function compareKeys(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}
