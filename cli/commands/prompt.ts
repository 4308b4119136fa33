import { readFileSync } from 'node:fs';
import { BrokerError, RequestError } from '../../src/errors/index.js';
import { VERSION } from '../../src/env/index.js';
import { splitStatements } from '../../src/parser/index.js';
import { EXIT } from '../exit-codes.js';
import type { OutputMode } from '../format/row-printer.js';
import { History, historyFile } from '../history.js';
import { createLog } from '../log.js';
import { readSettings } from '../read-settings.js';
import { openRemoteSession } from '../remote-session.js';
import { Repl } from '../repl.js';
import { reportError } from '../report-error.js';
import { runStatement, type PromptState } from '../run-statement.js';
import { Running } from '../running.js';
import { openLocalSession, type SqlSession } from '../sql-session.js';
import { TerminalScreen } from '../terminal-screen.js';

export interface PromptCommand {
  readonly execute?: string;
  readonly file?: string;
  readonly output: string;
  readonly data: string;
  readonly set: readonly string[];
  readonly define: readonly string[];
  /** `user:password` for a server. */
  readonly user?: string;
  /** null: an engine in this process. */
  readonly url: string | null;
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  // Standard input has no encoding set, so it gives bytes.
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

function variables(definitions: readonly string[]): Map<string, string> {
  return new Map(
    definitions.map((definition) => {
      const at = definition.indexOf('=');
      if (at < 1) throw new RequestError('BAD_REQUEST', `--define ${definition} is not NAME=VALUE`);
      return [definition.slice(0, at), definition.slice(at + 1)] as const;
    }),
  );
}

/** What the command was given to run: null means a person types. */
async function givenScript(command: PromptCommand): Promise<string | null> {
  if (command.execute !== undefined) return command.execute;
  if (command.file !== undefined) return readFileSync(command.file, 'utf8');
  return process.stdin.isTTY === true ? null : standardInput();
}

// Scripts stop at the first statement that fails.
async function runScript(text: string, session: SqlSession, state: PromptState, screen: TerminalScreen): Promise<number> {
  const running = new Running();
  process.on('SIGINT', () => {
    // The second time nobody wants to wait.
    if (running.wasInterrupted) process.exit(EXIT.interrupted);
    running.interrupt();
  });
  for (const { text: statement } of splitStatements(text)) {
    try {
      await runStatement(statement.endsWith(';') ? statement : `${statement};`, session, state, screen, running);
    } catch (error) {
      screen.error(session.explain(error, statement));
      return error instanceof BrokerError && session.isRemote ? EXIT.unreachable : EXIT.failed;
    }
    if (running.wasInterrupted) return EXIT.interrupted;
  }
  return EXIT.done;
}

async function runWith(session: SqlSession, state: PromptState, script: string | null): Promise<number> {
  const screen = new TerminalScreen(process.stdout, process.stderr, process.env);
  if (script !== null) return runScript(script, session, state, screen);
  const kept = new History(historyFile(process.env));
  screen.write(`Millrace ${VERSION}, ${session.where}. Statements end with ; — \\? for help, \\q to leave.\n`);
  await new Repl({ session, state, screen, running: new Running(), kept, history: () => kept.entries }).run();
  return EXIT.done;
}

/** `millrace` and `millrace sql URL`: statements of `-e`, `-f` or a pipe, else the interactive prompt. */
export async function runPrompt(command: PromptCommand): Promise<number> {
  // The reader of a pipe may leave early, as `head` does: nobody is left to write for.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed));
  const logger = createLog(process.env['LOG_LEVEL'] ?? 'error');
  let script: string | null;
  let state: PromptState;
  let properties: Readonly<Record<string, string>>;
  try {
    const given = readSettings(null, command.set, command.url === null ? process.env : {}, (message) => logger.warn(message));
    properties = Object.fromEntries(given.map(({ name, value }) => [name, value]));
    script = await givenScript(command);
    // The option's choices are exactly these modes. A server has settings of its own: ours go with each request.
    state = { mode: command.output as OutputMode, timing: false, properties: new Map(command.url === null ? [] : Object.entries(properties)), variables: variables(command.define) };
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  let session: SqlSession;
  try {
    session = command.url === null ? await openLocalSession(command.data, properties, logger) : await openRemoteSession(command.url, command.user ?? null);
  } catch (error) {
    reportError(error);
    return EXIT.unreachable;
  }
  try {
    return await runWith(session, state, script);
  } finally {
    await session.close();
  }
}
