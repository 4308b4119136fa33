import type { Query } from '../src/parser/index.js';
import { cellsOf } from './format/cells.js';
import { createRowPrinter, naturalWidth, type OutputMode, type RowPrinter, type ShownColumn } from './format/row-printer.js';
import { keyColumns } from './live/key-columns.js';
import { showLive } from './live/show-live.js';
import { KEPT_ROWS, layoutOf, settings, type LastResult, type PromptContext, type PromptState } from './prompt-state.js';
import type { ShownRows } from './sql-session.js';
import { Progress } from './terminal/progress.js';

/** Rows of an answer that ends by itself are looked at before the first is shown: columns get the width they need. */
const LOOKED_AT = 200;

/** The printer for rows of which the first are known, or null for rows that are still to come. */
export function printerFor(columns: readonly ShownColumn[], rows: readonly string[] | null, state: PromptState, width: number): RowPrinter {
  const cells = rows?.map(cellsOf) ?? null;
  const isExpanded = state.expanded === 'on' || (state.expanded === 'auto' && state.mode === 'table' && naturalWidth(columns, cells) > width);
  const mode: OutputMode = isExpanded ? 'vertical' : state.mode;
  return createRowPrinter(mode, columns, layoutOf(state, width, cells));
}

/** Ends the query after the rows or the time that the prompt allows. */
async function* limited(result: ShownRows, { rows, milliseconds }: PromptState['limits']): AsyncGenerator<string> {
  const timer = milliseconds === null ? null : setTimeout(() => void result.cancel(), milliseconds);
  let count = 0;
  try {
    for await (const row of result.rows) {
      yield row;
      count += 1;
      if (rows !== null && count >= rows) {
        await result.cancel();
        return;
      }
    }
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}

/** Rows as they come; the last answer is kept for showing it again. */
class Shower {
  private readonly kept: string[] = [];
  private count = 0;

  constructor(
    private readonly result: ShownRows,
    private readonly context: PromptContext,
  ) {}

  async show(rows: AsyncIterable<string>, isWhole: boolean): Promise<void> {
    const { screen, state } = this.context;
    const answer = screen.answer(isWhole);
    const progress = new Progress(screen, isWhole);
    let printer: RowPrinter | null = isWhole ? null : printerFor(this.result.columns, null, state, screen.width);
    if (printer !== null) await answer.write(printer.header());
    const start = async (): Promise<RowPrinter> => {
      const started = printerFor(this.result.columns, this.kept, state, screen.width);
      progress.stop();
      await answer.write(started.header());
      for (const row of this.kept) await answer.write(started.row(cellsOf(row), row));
      return started;
    };
    try {
      for await (const row of rows) {
        this.keep(row);
        progress.reached(this.count);
        if (printer !== null) await answer.write(printer.row(cellsOf(row), row));
        else if (this.count >= LOOKED_AT) printer = await start();
      }
      printer ??= await start();
      await answer.write(printer.end(this.count));
    } finally {
      progress.stop();
      await answer.end();
    }
  }

  get last(): LastResult {
    return { columns: this.result.columns, rows: this.kept };
  }

  private keep(row: string): void {
    this.count += 1;
    if (this.kept.length < KEPT_ROWS) this.kept.push(row);
  }
}

/** Runs a query and shows its rows. */
export async function showRows(sql: string, query: Query, context: PromptContext): Promise<void> {
  const { session, state, screen, running } = context;
  const isPush = query.emit !== null;
  const result = await session.query(sql, settings(state));
  running.canBeEndedBy(() => result.cancel());
  for (const notice of result.notices) screen.notice(notice);
  const rows = isPush ? limited(result, state.limits) : result.rows;
  if (isPush && state.live !== 'off' && screen.isTerminal) {
    await showLive(rows, await keyColumns(query, result.columns, session, state), result.columns, context);
    return;
  }
  const shower = new Shower(result, context);
  try {
    await shower.show(rows, !isPush);
  } finally {
    state.last = shower.last;
  }
}
