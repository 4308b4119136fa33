import { readFileSync } from 'node:fs';
import { BrokerError, RequestError } from '../../src/errors/index.js';
import { VERSION } from '../../src/env/index.js';
import { splitStatements } from '../../src/parser/index.js';
import { EXIT } from '../exit-codes.js';
import type { OutputMode } from '../format/row-printer.js';
import { History, historyFile } from '../repl/history.js';
import { createLog } from '../log.js';
import { readSettings } from '../read-settings.js';
import { openRemoteSession, type ServerAccess } from '../remote-session.js';
import { Repl } from '../repl/repl.js';
import { readProfile, startScript } from '../repl/start-files.js';
import { reportError } from '../report-error.js';
import { initialState, type PromptState } from '../prompt-state.js';
import { runStatement } from '../run-statement.js';
import { Running } from '../running.js';
import { openLocalSession, type SqlSession } from '../sql-session.js';
import { TerminalScreen } from '../terminal/screen.js';

export interface PromptCommand {
  readonly execute?: string;
  readonly file?: string;
  readonly output: string;
  readonly data: string;
  readonly set: readonly string[];
  readonly define: readonly string[];
  /** No local files, programs or other servers. */
  readonly safe: boolean;
  /** false: the person's start file is not read. */
  readonly rc: boolean;
  readonly queryRowLimit?: string;
  readonly queryTimeout?: string;
  readonly configFile?: string;
  /** null: an engine in this process. */
  readonly server: ServerOptions | null;
}
/** Which server, and who asks. */
export interface ServerOptions {
  readonly url?: string;
  readonly profile?: string;
  /** `user` or `user:password`. */
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

function serverAccess({ url, profile, user, password, token }: ServerOptions): ServerAccess {
  const known = profile === undefined ? null : readProfile(profile, process.env);
  const address = url ?? known?.url;
  if (address === undefined) throw new RequestError('BAD_REQUEST', 'No server is named', { hint: 'Give its URL, or --profile NAME.' });
  if (token !== undefined && (user !== undefined || password !== undefined)) throw new RequestError('BAD_REQUEST', 'A token and a user are two ways to say who asks', { hint: 'Give one of them.' });
  const name = user ?? known?.user ?? null;
  if (name === null) return { url: address, credentials: null, token: token ?? null };
  if (name.includes(':')) return { url: address, credentials: name, token: null };
  const secret = password ?? (known?.passwordFile === null || known === null ? process.env['MILLRACE_PASSWORD'] : readFileSync(known.passwordFile, 'utf8').trimEnd());
  if (secret === undefined || secret === '') throw new RequestError('BAD_REQUEST', `No password is given for ${name}`, { hint: 'Give --password, MILLRACE_PASSWORD, or a passwordFile in the profile.' });
  return { url: address, credentials: `${name}:${secret}`, token: null };
}

function positive(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new RequestError('BAD_REQUEST', `${option} ${text} is not a number from 1 on`);
  return value;
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
  const context = { session, state, screen, running };
  process.on('SIGINT', () => {
    // The second time nobody wants to wait.
    if (running.wasInterrupted) process.exit(EXIT.interrupted);
    running.interrupt();
  });
  for (const { text: statement } of splitStatements(text)) {
    try {
      await runStatement(statement.endsWith(';') ? statement : `${statement};`, context);
    } catch (error) {
      screen.error(session.explain(error, statement));
      return error instanceof BrokerError && session.isRemote ? EXIT.unreachable : EXIT.failed;
    }
    if (running.wasInterrupted) return EXIT.interrupted;
  }
  return EXIT.done;
}

async function runWith(session: SqlSession, state: PromptState, { script, rc }: { readonly script: string | null; readonly rc: string | null }): Promise<number> {
  const screen = new TerminalScreen(process.stdout, process.stderr, process.env);
  if (script !== null) return runScript(script, session, state, screen);
  const kept = new History(historyFile(process.env));
  screen.write(`Millrace ${VERSION}, ${session.where}. Statements end with ; — \\? for help, \\q to leave.\n`);
  await new Repl({ session, state, screen, running: new Running(), kept, environment: process.env, startLines: rc === null ? [] : rc.split('\n') }).run();
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
  let access: ServerAccess | null;
  try {
    const isLocal = command.server === null;
    access = command.server === null ? null : serverAccess(command.server);
    const given = readSettings(command.configFile ?? null, command.set, isLocal ? process.env : {}, (message) => logger.warn(message));
    properties = Object.fromEntries(given.map(({ name, value }) => [name, value]));
    script = await givenScript(command);
    state = initialState({
      // The option's choices are exactly these modes and ksqlDB's two words for them.
      mode: (command.output === 'TABULAR' ? 'table' : command.output === 'JSON' ? 'json' : command.output) as OutputMode,
      // A server has settings of its own: ours go with each request.
      properties: new Map(isLocal ? [] : Object.entries(properties)),
      variables: variables(command.define),
      limits: { rows: positive('--query-row-limit', command.queryRowLimit), milliseconds: positive('--query-timeout', command.queryTimeout) },
      isSafe: command.safe,
    });
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  let session: SqlSession;
  try {
    session = access === null ? await openLocalSession(command.data, properties, logger) : await openRemoteSession(access);
  } catch (error) {
    reportError(error);
    return EXIT.unreachable;
  }
  try {
    return await runWith(session, state, { script, rc: command.rc && !command.safe ? startScript(process.env) : null });
  } finally {
    await session.close();
  }
}
