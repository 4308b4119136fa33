import { createInterface, type Interface } from 'node:readline';
import { splitStatements } from '../src/parser/index.js';
import { Completer } from './complete.js';
import type { History } from './history.js';
import { metaCommandOf, runMeta, type MetaContext } from './meta-commands.js';
import { runStatement } from './run-statement.js';

const CONTINUE: Readonly<Record<string, string>> = { string: "       '> ", comment: '      /*> ', parenthesis: '       (> ', semicolon: '     ...> ', identifier: '       `> ' };
const PROMPT = 'millrace> ';

export interface ReplOptions extends MetaContext {
  readonly kept: History;
}

/** The interactive prompt: statements end with `;`, meta-commands start with a backslash. Resolves when the person leaves. */
export class Repl {
  private pending = '';
  private busy = false;
  private leaving = false;
  /** Lines that wait for the statement that runs; an interrupt drops them. */
  private waiting: string[] = [];
  private work: Promise<void> = Promise.resolve();
  /** The list that the line editor walks through. */
  private walked: string[] | null = null;
  private readonly completer: Completer;
  private readonly lines: Interface;

  constructor(private readonly options: ReplOptions) {
    this.completer = new Completer(options.session);
    this.lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: PROMPT,
      history: [...options.kept.entries],
      historySize: 1000,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        this.completer.complete(this.pending, line).then((found) => done(null, found), () => done(null, [[], line]));
      },
    });
    // The editor keeps lines; what people want back are statements.
    this.lines.on('history', (walked) => {
      this.walked = walked;
      this.showHistory();
    });
  }

  run(): Promise<void> {
    this.lines.prompt();
    return new Promise((resolve) => {
      this.lines.on('line', (line) => {
        this.waiting.push(line);
        if (!this.busy) this.work = this.takeAll();
      });
      this.lines.on('SIGINT', () => this.interrupt());
      this.lines.on('close', () => {
        if (!this.busy) this.options.screen.write('\n');
        this.leaving = true;
        this.options.running.interrupt();
        void this.work.then(() => resolve());
      });
    });
  }

  private async takeAll(): Promise<void> {
    this.busy = true;
    for (let line = this.waiting.shift(); line !== undefined && !this.leaving; line = this.waiting.shift()) await this.take(line);
    this.busy = false;
    if (!this.leaving) this.promptAgain();
  }

  private async take(line: string): Promise<void> {
    const recalled = this.recall(line.trim());
    if (recalled !== null) {
      this.options.screen.write(`${recalled}\n`);
      return this.take(recalled);
    }
    const meta = this.pending === '' ? metaCommandOf(line) : null;
    if (meta !== null) {
      this.remember(line.trim());
      if ((await runMeta(meta, this.options)) === 'leave') this.lines.close();
      return;
    }
    this.pending += `${line}\n`;
    await this.runComplete();
  }

  // `!!` is the last statement, `!3` the third that \history shows.
  private recall(line: string): string | null {
    const match = this.pending === '' ? /^!(!|\d+)$/.exec(line) : null;
    if (match === null) return null;
    const entries = this.options.kept.entries;
    const found = match[1] === '!' ? entries[0] : entries[entries.length - Number(match[1])];
    if (found === undefined) this.options.screen.error(`There is no ${line} in the history.`);
    return found ?? '';
  }

  private async runComplete(): Promise<void> {
    const pieces = splitStatements(this.pending);
    const last = pieces.at(-1);
    const isOpen = last !== undefined && last.incomplete !== null;
    this.pending = isOpen ? `${last.text}\n` : '';
    for (const { text } of isOpen ? pieces.slice(0, -1) : pieces) {
      if (text === ';') continue;
      this.remember(text);
      if (!(await this.runOne(text))) {
        // What follows was written for the case that this one works.
        this.pending = '';
        return;
      }
    }
  }

  private async runOne(text: string): Promise<boolean> {
    const { session, state, screen, running } = this.options;
    const started = performance.now();
    try {
      await runStatement(text, session, state, screen, running);
      if (state.timing) screen.write(`Time: ${(performance.now() - started).toFixed(1)} ms\n`);
      return !running.wasInterrupted;
    } catch (error) {
      screen.error(session.explain(error, text));
      return false;
    }
  }

  private remember(statement: string): void {
    this.options.kept.add(statement);
    this.showHistory();
  }

  private showHistory(): void {
    this.walked?.splice(0, this.walked.length, ...this.options.kept.entries);
  }

  private promptAgain(): void {
    const open = this.pending === '' ? null : (splitStatements(this.pending).at(-1)?.incomplete ?? null);
    this.lines.setPrompt(open === null ? PROMPT : (CONTINUE[open] ?? PROMPT));
    this.lines.prompt();
  }

  // Ctrl-C ends the query that runs, and waits for its end; at the prompt it drops what was typed.
  private interrupt(): void {
    this.waiting = [];
    if (this.busy) {
      this.options.running.interrupt();
      return;
    }
    this.pending = '';
    this.options.screen.write('^C\n');
    this.lines.write(null, { ctrl: true, name: 'e' });
    this.lines.write(null, { ctrl: true, name: 'u' });
    this.promptAgain();
  }
}
