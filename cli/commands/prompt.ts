import { readFileSync } from 'node:fs';
import { VERSION } from '../../src/env/index.js';
import { splitStatements } from '../../src/parser/index.js';
import type { OutputMode } from '../format/row-printer.js';
import { createLog } from '../log.js';
import { readSettings } from '../read-settings.js';
import { Repl } from '../repl.js';
import { runStatement, type PromptState, type Running, type Screen } from '../run-statement.js';
import { openLocalSession, openRemoteSession, type SqlSession } from '../sql-session.js';

export interface PromptCommand {
  readonly execute?: string;
  readonly file?: string;
  readonly output: string;
  readonly data: string;
  readonly set: readonly string[];
  /** null: an engine in this process. */
  readonly url: string | null;
}

const screen: Screen = {
  get width() {
    return process.stdout.columns ?? 120;
  },
  write: (text) => void process.stdout.write(text),
  notice: (text) => void process.stderr.write(`${text}\n`),
};

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

// Scripts stop at the first statement that fails.
async function runScript(text: string, session: SqlSession, state: PromptState): Promise<number> {
  const running: Running = { cancel: null };
  let interrupted = false;
  process.on('SIGINT', () => {
    interrupted = true;
    void running.cancel?.();
  });
  for (const { text: statement } of splitStatements(text)) {
    if (statement.trim() === '') continue;
    try {
      await runStatement(statement.trim().endsWith(';') ? statement : `${statement};`, session, state, screen, running);
    } catch (error) {
      process.stderr.write(`${session.explain(error, statement)}\n`);
      return 1;
    }
    if (interrupted) return 130;
  }
  return 0;
}

/** `millrace` and `millrace sql URL`: statements of `-e`, `-f` or a pipe, else the interactive prompt. */
export async function runPrompt(command: PromptCommand): Promise<number> {
  const logger = createLog(process.env['LOG_LEVEL'] ?? 'error');
  const given = readSettings(null, command.set, command.url === null ? process.env : {}, (message) => logger.warn(message));
  const properties = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  const session = command.url === null ? await openLocalSession(command.data, properties, logger) : await openRemoteSession(command.url);
  // The option's choices are exactly these modes.
  const state: PromptState = { mode: command.output as OutputMode, timing: false, properties: new Map(), variables: new Map() };
  try {
    if (command.execute !== undefined) return await runScript(command.execute, session, state);
    if (command.file !== undefined) return await runScript(readFileSync(command.file, 'utf8'), session, state);
    if (process.stdin.isTTY !== true) return await runScript(await standardInput(), session, state);
    screen.write(`Millrace ${VERSION}, ${session.where}. Statements end with ; — \\? for help, \\q to leave.\n`);
    await new Repl(session, state, screen).run();
    return 0;
  } finally {
    await session.close();
  }
}
