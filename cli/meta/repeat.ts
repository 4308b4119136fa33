import { runStatement } from '../run-statement.js';
import { printerFor } from '../show-rows.js';
import { cellsOf } from '../format/cells.js';
import { MetaError, STAY, type MetaCommand, type MetaContext, type MetaDone } from './meta-command.js';

const DEFAULT_SECONDS = 2;

/** Waits, or less when the person interrupts. */
function pause(seconds: number, { running }: MetaContext): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    running.canBeEndedBy(() => {
      clearTimeout(timer);
      resolve();
      return Promise.resolve();
    });
  });
}

/** Does the work again and again until Ctrl-C, each time on an empty screen. */
export async function every(seconds: number, title: string, work: () => Promise<void>, context: MetaContext): Promise<void> {
  const { running, screen } = context;
  running.begin();
  while (!running.wasInterrupted) {
    screen.write(`\u001b[2J\u001b[HEvery ${seconds} s: ${title.replaceAll(/\s+/g, ' ').slice(0, screen.width - 20)}\n\n`);
    await work();
    if (!running.wasInterrupted) await pause(seconds, context);
  }
}

async function watch(rest: string, context: MetaContext): Promise<MetaDone> {
  const match = /^(\d+(?:\.\d+)?)?\s*(.*)$/s.exec(rest);
  const seconds = Math.max(0.1, Number(match?.[1] ?? DEFAULT_SECONDS));
  const given = match?.[2] ?? '';
  const sql = given === '' ? context.state.lastStatement : given.replace(/;?\s*$/, ';');
  if (sql === null) throw new MetaError('There is no statement to run again yet.');
  await every(seconds, sql, () => runStatement(sql, context), context);
  return STAY;
}

async function last(_rest: string, { screen, state }: MetaContext): Promise<MetaDone> {
  const { last: kept } = state;
  if (kept === null) throw new MetaError('No rows have been shown yet.');
  // As wide as the values are: the pager scrolls sideways.
  const printer = printerFor(kept.columns, kept.rows, { ...state, columnWidth: 0 }, Infinity);
  const answer = screen.answer(true);
  await answer.write(printer.header());
  for (const row of kept.rows) await answer.write(printer.row(cellsOf(row), row));
  await answer.write(printer.end(kept.rows.length));
  await answer.end();
  return STAY;
}

/** Answers once more. */
export const REPEAT: readonly MetaCommand[] = [
  { name: '\\watch', takes: '[seconds] [SQL]', help: 'run the last statement again and again', run: watch },
  { name: '\\last', takes: '', help: 'the last rows again, whole', run: last },
];
