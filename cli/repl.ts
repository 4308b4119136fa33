import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { expectedTokens, maskSecrets, splitStatements } from '../src/parser/index.js';
import { runMeta } from './meta-commands.js';
import { runStatement, type PromptState, type Running, type Screen } from './run-statement.js';
import type { SqlSession } from './sql-session.js';

const HISTORY = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'millrace', 'history');
const HISTORY_KEPT = 1000;

function readHistory(): string[] {
  if (!existsSync(HISTORY)) return [];
  const entries = readFileSync(HISTORY, 'utf8').split('\n').filter((line) => line !== '').map((line) => String(JSON.parse(line)));
  return [...new Set(entries.reverse())].slice(0, HISTORY_KEPT);
}

// One entry a statement; secrets never reach the file.
function remember(statement: string): void {
  const isNew = !existsSync(HISTORY);
  mkdirSync(dirname(HISTORY), { recursive: true, mode: 0o700 });
  appendFileSync(HISTORY, `${JSON.stringify(maskSecrets(statement))}\n`, { mode: 0o600 });
  if (isNew) chmodSync(HISTORY, 0o600);
}

const CONTINUE: Readonly<Record<string, string>> = { string: "      '> ", comment: '     /*> ', parenthesis: '      (> ', semicolon: '    ...> ', identifier: '      `> ' };
const PROMPT = 'millrace> ';

/** The interactive prompt: statements end with `;`, meta-commands start with a backslash. Resolves when the person leaves. */
export class Repl {
  private pending = '';
  private readonly running: Running = { cancel: null };
  private busy = false;
  private queue: Promise<void> = Promise.resolve();
  private readonly lines: Interface;

  constructor(
    private readonly session: SqlSession,
    private readonly state: PromptState,
    private readonly screen: Screen,
  ) {
    this.lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: PROMPT,
      history: readHistory(),
      historySize: HISTORY_KEPT,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        this.complete(line).then((found) => done(null, found), () => done(null, [[], line]));
      },
    });
  }

  run(): Promise<void> {
    this.lines.prompt();
    return new Promise((resolve) => {
      this.lines.on('line', (line) => {
        this.queue = this.queue.then(() => this.take(line));
      });
      this.lines.on('SIGINT', () => this.interrupt());
      this.lines.on('close', () => {
        void this.queue.then(() => resolve());
      });
    });
  }

  private async take(line: string): Promise<void> {
    if (this.pending === '' && line.trim().startsWith('\\')) {
      if ((await runMeta(line.trim(), this.session, this.state, this.screen, this.running)) === 'leave') this.lines.close();
    } else if (this.pending === '' && /^\s*(exit|quit)\s*;?\s*$/i.test(line)) {
      this.lines.close();
      return;
    } else {
      this.pending += `${line}\n`;
      await this.runComplete();
    }
    this.promptAgain();
  }

  private async runComplete(): Promise<void> {
    const pieces = splitStatements(this.pending);
    const open = pieces.at(-1)?.incomplete ?? null;
    const complete = open === null ? pieces : pieces.slice(0, -1);
    this.pending = open === null ? '' : (pieces.at(-1)?.text ?? '');
    if (this.pending.trim() === '') this.pending = '';
    for (const { text } of complete) {
      if (text.trim() === '' || text.trim() === ';') continue;
      remember(text.trim());
      if (!(await this.runOne(text))) break;
    }
  }

  private async runOne(text: string): Promise<boolean> {
    this.busy = true;
    const started = performance.now();
    try {
      await runStatement(text, this.session, this.state, this.screen, this.running);
      if (this.state.timing) this.screen.write(`Time: ${(performance.now() - started).toFixed(1)} ms\n`);
      return true;
    } catch (error) {
      this.screen.write(`${this.session.explain(error, text)}\n`);
      return false;
    } finally {
      this.busy = false;
      this.running.cancel = null;
    }
  }

  private promptAgain(): void {
    const open = this.pending === '' ? null : (splitStatements(this.pending).at(-1)?.incomplete ?? null);
    this.lines.setPrompt(open === null ? PROMPT : (CONTINUE[open] ?? CONTINUE['semicolon'] ?? PROMPT));
    this.lines.prompt();
  }

  // The first Ctrl-C ends the query that runs and waits for its end; at the prompt it drops what was typed.
  private interrupt(): void {
    if (this.busy) {
      void this.running.cancel?.();
      return;
    }
    this.pending = '';
    this.screen.write('\n');
    this.lines.setPrompt(PROMPT);
    this.lines.write(null, { ctrl: true, name: 'u' });
    this.lines.prompt();
  }

  private async complete(line: string): Promise<[string[], string]> {
    const text = this.pending + line;
    const word = /[\w@]*$/.exec(line)?.[0] ?? '';
    const { keywords, expects } = expectedTokens(text, text.length - word.length);
    const names = expects.includes('source') || expects.includes('column') || expects.includes('function') ? await this.names(expects) : [];
    const fits = [...names, ...keywords].filter((each) => each.toUpperCase().startsWith(word.toUpperCase()));
    return [[...new Set(fits)].map((each) => `${each} `), word];
  }

  private async names(expects: readonly string[]): Promise<string[]> {
    const none = { properties: {}, variables: {} };
    const names: string[] = [];
    for (const entity of await this.session.execute('SHOW STREAMS; SHOW TABLES;', none)) {
      if (entity['@type'] === 'streams') names.push(...entity.streams.map((each) => each.name));
      if (entity['@type'] === 'tables') names.push(...entity.tables.map((each) => each.name));
    }
    if (!expects.includes('column') && !expects.includes('function')) return names;
    const inText = names.filter((name) => new RegExp(`\\b${name.replace(/[^\w]/g, '.')}\\b`, 'i').test(this.pending));
    for (const name of inText) {
      for (const entity of await this.session.execute(`DESCRIBE \`${name}\`;`, none)) {
        if (entity['@type'] === 'sourceDescription') names.push(...entity.sourceDescription.fields.map((field) => field.name));
      }
    }
    for (const entity of await this.session.execute('SHOW FUNCTIONS;', none)) {
      if (entity['@type'] === 'function_names') names.push(...entity.functions.map((each) => `${each.name}(`));
    }
    return names;
  }
}
