import { cellsOf } from '../format/cells.js';
import { createRowPrinter, type ShownColumn } from '../format/row-printer.js';
import type { PromptContext } from '../prompt-state.js';
import type { Screen } from '../terminal/screen.js';
import { KeyedRows, type Change } from './keyed-rows.js';
import { LiveTable } from './live-table.js';

/** Pictures a second at most, however many rows come. */
const EVERY_MS = 100;

/** Shows rows that keep coming, in the live view that the prompt is set to. `keys`: positions of the key columns. */
export async function showLive(rows: AsyncIterable<string>, keys: readonly number[], columns: readonly ShownColumn[], { state, screen }: PromptContext): Promise<void> {
  if (state.live === 'table') await showTable(rows, keys, columns, screen);
  else await showChangelog(rows, keys, columns, screen);
}

async function showTable(rows: AsyncIterable<string>, keys: readonly number[], columns: readonly ShownColumn[], screen: Screen): Promise<void> {
  const table = new LiveTable(columns, keys, performance.now());
  let drawn = 0;
  let isDue = true;
  const draw = (): void => {
    if (!isDue) return;
    isDue = false;
    const lines = table.draw(screen, performance.now());
    screen.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\r\u001b[J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, EVERY_MS);
  try {
    for await (const row of rows) {
      table.apply(cellsOf(row));
      isDue = true;
    }
  } finally {
    clearInterval(timer);
    isDue = true;
    draw();
  }
}

async function showChangelog(rows: AsyncIterable<string>, keys: readonly number[], columns: readonly ShownColumn[], screen: Screen): Promise<void> {
  const known = new KeyedRows(keys);
  const printer = createRowPrinter('table', columns, { width: screen.width - 3, rows: null, columnWidth: 0, wraps: false });
  const framed = (text: string): string => text.trimEnd().split('\n').map((line) => `   ${line}\n`).join('');
  screen.write(framed(printer.header()));
  let count = 0;
  for await (const row of rows) {
    count += 1;
    screen.write(lines(known.apply(cellsOf(row))).map(([sign, cells]) => `${sign} ${printer.row(cells, '')}`).join(''));
  }
  screen.write(framed(printer.end(count)));
}

type Line = readonly [sign: '+I' | '-U' | '+U' | '-D', cells: Extract<Change, { kind: 'insert' }>['row']];

function lines(change: Change): readonly Line[] {
  switch (change.kind) {
    case 'insert':
      return [['+I', change.row]];
    case 'update':
      return [['-U', change.before], ['+U', change.row]];
    case 'delete':
      return [['-D', change.before]];
  }
}
