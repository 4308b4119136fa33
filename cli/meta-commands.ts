import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { VERSION } from '../src/env/index.js';
import { splitStatements } from '../src/parser/index.js';
import { OUTPUT_MODES } from './format/row-printer.js';
import { runStatement, type PromptState } from './run-statement.js';
import type { Running } from './running.js';
import type { SqlSession } from './sql-session.js';
import type { Screen } from './terminal-screen.js';

export const HELP = `Statements end with a semicolon; Ctrl-C ends a query that runs, Ctrl-D leaves. Meta-commands:
  \\d [name]     streams and tables, or one of them      \\d+ name  with topic, queries and lag
  \\ds \\dt \\dq   streams, tables, queries                \\dT \\df \\dv \\dC  topics, functions, variables, connectors
  \\plan SQL     what a query would do                    \\sample topic [n]  records of a topic
  \\i file       run the statements of a file             \\o mode   ${OUTPUT_MODES.join(', ')}
  \\x            rows one below the other, on and off     \\timing   how long statements take, on and off
  \\spool file   copy everything shown to a file          \\spool off
  \\history      what was typed; !! and !n type it again  \\clear    an empty screen
  \\conninfo     where this prompt is connected           \\q        leave
ksqlDB's words help, history, clear, version, server, output MODE, spool FILE, run script FILE and exit work as well.`;

const SHOWS: Readonly<Record<string, string>> = {
  '\\ds': 'SHOW STREAMS;',
  '\\dt': 'SHOW TABLES;',
  '\\dq': 'SHOW QUERIES;',
  '\\dT': 'SHOW TOPICS;',
  '\\df': 'SHOW FUNCTIONS;',
  '\\dC': 'SHOW CONNECTORS;',
  '\\dv': 'SHOW VARIABLES;',
};

export const META_COMMANDS: readonly string[] = [
  ...Object.keys(SHOWS), '\\d', '\\d+', '\\plan', '\\sample', '\\i', '\\o', '\\x', '\\timing', '\\spool', '\\history', '\\clear', '\\conninfo', '\\h', '\\?', '\\q',
].toSorted();

/** What a meta-command works on. */
export interface MetaContext {
  readonly session: SqlSession;
  readonly state: PromptState;
  readonly screen: Screen & { spool(file: string | null): void };
  readonly running: Running;
  /** Newest first. */
  readonly history: () => readonly string[];
}

const KSQLDB_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(exit|quit)$/i, '\\q'],
  [/^help$/i, '\\?'],
  [/^history$/i, '\\history'],
  [/^clear$/i, '\\clear'],
  [/^version$/i, '\\version'],
  [/^server$/i, '\\conninfo'],
  [/^output$/i, '\\o'],
  [/^output\s+tabular$/i, '\\o table'],
  [/^output\s+json$/i, '\\o jsonl'],
  [/^output\s+(\w+)$/i, '\\o $1'],
  [/^spool\s+off$/i, '\\spool off'],
  [/^spool\s+'?(.+?)'?$/i, '\\spool $1'],
  [/^run\s+script\s+'?(.+?)'?$/i, '\\i $1'],
];

/** The meta-command that a line stands for, or null when it is the begin of a statement. */
export function metaCommandOf(line: string): string | null {
  const text = line.trim();
  if (text.startsWith('\\')) return text;
  const word = text.replace(/\s*;$/, '');
  for (const [pattern, meta] of KSQLDB_WORDS) if (pattern.test(word)) return word.replace(pattern, meta);
  return null;
}

function sqlOf(command: string, rest: string): string | null {
  const show = SHOWS[command];
  if (show !== undefined) return show;
  if (command === '\\d') return rest === '' ? 'SHOW STREAMS; SHOW TABLES;' : `DESCRIBE ${rest};`;
  if (command === '\\d+') return rest === '' ? 'SHOW STREAMS EXTENDED; SHOW TABLES EXTENDED;' : `DESCRIBE ${rest} EXTENDED;`;
  if (command === '\\plan') return `EXPLAIN ${rest.replace(/;?\s*$/, ';')}`;
  if (command === '\\i') return readFileSync(rest, 'utf8');
  if (command === '\\sample') {
    const [topic = '', count = '5'] = rest.split(/\s+/);
    return `PRINT '${topic.replaceAll("'", "''")}' FROM BEGINNING LIMIT ${Number(count) || 5};`;
  }
  return null;
}

function chooseMode(rest: string, { state, screen }: MetaContext): void {
  const mode = OUTPUT_MODES.find((each) => each === rest.toLowerCase());
  if (mode !== undefined) state.mode = mode;
  screen.write(mode === undefined ? `Output is ${state.mode}. Modes: ${OUTPUT_MODES.join(', ')}\n` : `Output is ${mode}\n`);
}

function spool(rest: string, { screen }: MetaContext): void {
  if (rest === '' || rest.toLowerCase() === 'off') {
    screen.write('Nothing is copied any more\n');
    screen.spool(null);
    return;
  }
  screen.spool(resolve(rest));
  screen.write(`All that is shown is copied to ${resolve(rest)}; \\spool off ends it\n`);
}

/** Settings of the prompt itself. false: the command is another kind. */
function change(command: string, rest: string, context: MetaContext): boolean {
  const { session, state, screen } = context;
  switch (command) {
    case '\\x':
      state.mode = state.mode === 'vertical' ? 'table' : 'vertical';
      screen.write(`Output is ${state.mode}\n`);
      return true;
    case '\\o':
      chooseMode(rest, context);
      return true;
    case '\\timing':
      state.timing = !state.timing;
      screen.write(`Timing is ${state.timing ? 'on' : 'off'}\n`);
      return true;
    case '\\spool':
      spool(rest, context);
      return true;
    case '\\history':
      screen.write(context.history().toReversed().map((entry, index) => `${String(index + 1).padStart(4)}: ${entry}\n`).join(''));
      return true;
    case '\\clear':
      screen.write('\u001b[2J\u001b[H');
      return true;
    case '\\conninfo':
      screen.write(`Connected to ${session.where}\n`);
      return true;
    case '\\version':
      screen.write(`Version: ${VERSION}\n`);
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
export async function runMeta(line: string, context: MetaContext): Promise<'leave' | 'stay'> {
  const { session, state, screen, running } = context;
  const [command = '', ...words] = line.split(/\s+/);
  const rest = words.join(' ').trim();
  if (command === '\\q') return 'leave';
  try {
    if (change(command, rest, context)) return 'stay';
    const sql = sqlOf(command, rest);
    if (sql === null) {
      screen.error(`There is no ${command}. \\? lists the meta-commands.`);
      return 'stay';
    }
    for (const { text } of splitStatements(sql)) {
      try {
        await runStatement(text, session, state, screen, running);
      } catch (error) {
        screen.error(session.explain(error, text));
        return 'stay';
      }
      if (running.wasInterrupted) return 'stay';
    }
  } catch (error) {
    screen.error(error instanceof Error ? error.message : String(error));
  }
  return 'stay';
}
