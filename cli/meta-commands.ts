import { readFileSync } from 'node:fs';
import { splitStatements } from '../src/parser/index.js';
import type { OutputMode } from './format/row-printer.js';
import { runStatement, type PromptState, type Running, type Screen } from './run-statement.js';
import type { SqlSession } from './sql-session.js';

const MODES: readonly OutputMode[] = ['table', 'vertical', 'json', 'jsonl', 'csv', 'tsv', 'markdown', 'raw'];

const HELP = `Statements end with a semicolon. Meta-commands:
  \\d [name]     streams and tables, or one of them      \\d+ name  with topic, queries and lag
  \\ds \\dt \\dq   streams, tables, queries                \\dT \\df \\dv  topics, functions, variables
  \\plan SQL     what a query would do                    \\sample topic [n]  records of a topic
  \\i file       run the statements of a file             \\o mode   ${MODES.join(', ')}
  \\x            rows one below the other, on and off     \\timing   how long statements take, on and off
  \\conninfo     where this prompt is connected           \\q        leave`;

const SHOWS: Readonly<Record<string, string>> = {
  '\\ds': 'SHOW STREAMS;',
  '\\dt': 'SHOW TABLES;',
  '\\dq': 'SHOW QUERIES;',
  '\\dT': 'SHOW TOPICS;',
  '\\df': 'SHOW FUNCTIONS;',
  '\\dC': 'SHOW CONNECTORS;',
  '\\dv': 'SHOW VARIABLES;',
};

function sqlOf(command: string, rest: string): string | null {
  const show = SHOWS[command];
  if (show !== undefined) return show;
  if (command === '\\d') return rest === '' ? 'SHOW STREAMS; SHOW TABLES;' : `DESCRIBE ${rest};`;
  if (command === '\\d+') return rest === '' ? 'SHOW STREAMS EXTENDED;' : `DESCRIBE ${rest} EXTENDED;`;
  if (command === '\\plan') return `EXPLAIN ${rest.replace(/;?\s*$/, ';')}`;
  if (command === '\\sample') {
    const [topic = '', count = '5'] = rest.split(/\s+/);
    return `PRINT '${topic.replaceAll("'", "''")}' FROM BEGINNING LIMIT ${Number(count) || 5};`;
  }
  return null;
}

function change(command: string, rest: string, session: SqlSession, state: PromptState, screen: Screen): boolean {
  switch (command) {
    case '\\x':
      state.mode = state.mode === 'vertical' ? 'table' : 'vertical';
      screen.write(`Output is ${state.mode}\n`);
      return true;
    case '\\o': {
      const mode = MODES.find((each) => each === rest);
      if (mode !== undefined) state.mode = mode;
      screen.write(mode === undefined ? `Output modes: ${MODES.join(', ')}\n` : `Output is ${mode}\n`);
      return true;
    }
    case '\\timing':
      state.timing = !state.timing;
      screen.write(`Timing is ${state.timing ? 'on' : 'off'}\n`);
      return true;
    case '\\conninfo':
      screen.write(`Connected to ${session.where}\n`);
      return true;
    case '\\?':
    case '\\h':
      screen.write(`${HELP}\n`);
      return true;
    default:
      return false;
  }
}

/** Runs one meta-command. 'leave': the person wants to go. */
export async function runMeta(line: string, session: SqlSession, state: PromptState, screen: Screen, running: Running): Promise<'leave' | 'stay'> {
  const [command = '', ...words] = line.split(/\s+/);
  const rest = words.join(' ').trim();
  if (command === '\\q') return 'leave';
  if (change(command, rest, session, state, screen)) return 'stay';
  try {
    const sql = command === '\\i' ? readFileSync(rest, 'utf8') : sqlOf(command, rest);
    if (sql === null) screen.write(`There is no ${command}. \\? lists the meta-commands.\n`);
    else for (const { text } of splitStatements(sql)) if (text.trim() !== '') await runStatement(text, session, state, screen, running);
  } catch (error) {
    screen.write(`${session.explain(error, line)}\n`);
  }
  return 'stay';
}
