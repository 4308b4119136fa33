import { parseStatement, substituteVariables } from '../src/parser/index.js';
import { showEntity } from './format/entity-printer.js';
import { createRowPrinter } from './format/row-printer.js';
import { layoutOf, settings, type PromptContext } from './prompt-state.js';
import { showRows } from './show-rows.js';

async function showLines(sql: string, { session, screen, running }: PromptContext): Promise<void> {
  const result = await session.print(sql);
  running.canBeEndedBy(() => result.cancel());
  const answer = screen.answer(false);
  for await (const line of result.lines) if (line !== '') await answer.write(`${line}\n`);
  await answer.end();
}

async function showAnswers(sql: string, { session, state, screen }: PromptContext): Promise<void> {
  const answer = screen.answer(true);
  for (const entity of await session.execute(sql, settings(state))) {
    if (state.mode === 'json' || state.mode === 'jsonl') {
      await answer.write(`${JSON.stringify(entity, null, state.mode === 'json' ? 2 : 0)}\n`);
      continue;
    }
    for (const { message } of entity.warnings) screen.notice(`warning: ${message}`);
    const shown = showEntity(entity);
    if ('text' in shown) {
      await answer.write(`${shown.text}\n`);
      continue;
    }
    const printer = createRowPrinter(state.expanded === 'on' ? 'vertical' : state.mode, shown.columns, layoutOf(state, screen.width, shown.rows));
    await answer.write(printer.header());
    for (const row of shown.rows) await answer.write(printer.row(row, JSON.stringify(row)));
    await answer.write(printer.end(shown.rows.length));
  }
  await answer.end();
}

/** Runs one statement and shows what comes of it. SET and DEFINE stay in force at the prompt. */
export async function runStatement(sql: string, context: PromptContext): Promise<void> {
  const { session, state, screen, running } = context;
  running.begin();
  state.lastStatement = sql;
  const statement = parseStatement(substituteVariables(sql, state.variables));
  switch (statement.kind) {
    case 'query':
      return showRows(sql, statement, context);
    case 'print':
      return showLines(sql, context);
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
      return showAnswers(sql, context);
  }
}
