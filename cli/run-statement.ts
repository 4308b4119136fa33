import { parseStatement, substituteVariables } from '../src/parser/index.js';
import { cellsOf } from './format/cells.js';
import { showEntity } from './format/entity-printer.js';
import { createRowPrinter, type OutputMode } from './format/row-printer.js';
import type { Running } from './running.js';
import type { SqlSession } from './sql-session.js';
import type { Screen } from './terminal-screen.js';

/** What a prompt keeps between statements. */
export interface PromptState {
  mode: OutputMode;
  timing: boolean;
  readonly properties: Map<string, string>;
  readonly variables: Map<string, string>;
}

async function showRows(sql: string, session: SqlSession, state: PromptState, screen: Screen, running: Running): Promise<void> {
  const result = await session.query(sql, settings(state));
  running.canBeEndedBy(() => result.cancel());
  for (const notice of result.notices) screen.notice(notice);
  const printer = createRowPrinter(state.mode, result.columns, screen.width);
  screen.write(printer.header());
  let count = 0;
  for await (const row of result.rows) {
    count += 1;
    screen.write(printer.row(cellsOf(row), row));
  }
  screen.write(printer.end(count));
}

async function showLines(sql: string, session: SqlSession, screen: Screen, running: Running): Promise<void> {
  const result = await session.print(sql);
  running.canBeEndedBy(() => result.cancel());
  for await (const line of result.lines) if (line !== '') screen.write(`${line}\n`);
}

function settings(state: PromptState): { readonly properties: Readonly<Record<string, string>>; readonly variables: Readonly<Record<string, string>> } {
  return { properties: Object.fromEntries(state.properties), variables: Object.fromEntries(state.variables) };
}

async function showAnswers(sql: string, session: SqlSession, state: PromptState, screen: Screen): Promise<void> {
  for (const entity of await session.execute(sql, settings(state))) {
    if (state.mode === 'json' || state.mode === 'jsonl') {
      screen.write(`${JSON.stringify(entity, null, state.mode === 'json' ? 2 : 0)}\n`);
      continue;
    }
    const shown = showEntity(entity);
    if ('text' in shown) {
      screen.write(`${shown.text}\n`);
      continue;
    }
    const printer = createRowPrinter(state.mode, shown.columns, screen.width, shown.rows);
    screen.write(printer.header());
    for (const row of shown.rows) screen.write(printer.row(row, JSON.stringify(row)));
    screen.write(printer.end(shown.rows.length));
  }
}

/** Runs one statement and shows what comes of it. SET and DEFINE stay in force at the prompt. */
export async function runStatement(sql: string, session: SqlSession, state: PromptState, screen: Screen, running: Running): Promise<void> {
  running.begin();
  const statement = parseStatement(substituteVariables(sql, state.variables));
  switch (statement.kind) {
    case 'query':
      return showRows(sql, session, state, screen, running);
    case 'print':
      return showLines(sql, session, screen, running);
    case 'set':
      await session.execute(sql, settings(state));
      state.properties.set(statement.name, statement.value);
      return screen.write(`${statement.name} is ${statement.value} from now on\n`);
    case 'unset':
      state.properties.delete(statement.name);
      return screen.write(`${statement.name} is back at its default\n`);
    case 'define':
      state.variables.set(statement.name, statement.value);
      return undefined;
    case 'undefine':
      state.variables.delete(statement.name);
      return undefined;
    default:
      return showAnswers(sql, session, state, screen);
  }
}
