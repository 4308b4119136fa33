import { splitStatements } from '../../src/parser/index.js';
import { metaCommandOf } from '../meta/ksqldb-words.js';
import { runMeta } from '../meta/meta-commands.js';
import type { PromptContext } from '../prompt-state.js';
import { runStatement } from '../run-statement.js';
import { Pager, DEFAULT_PAGER } from '../terminal/pager.js';
import type { TerminalScreen } from '../terminal/screen.js';
import { Completer } from './complete.js';
import type { History } from './history.js';
import { LineEditor } from './line-editor.js';

const CONTINUE: Readonly<Record<string, string>> = { string: "       '> ", comment: '      /*> ', parenthesis: '       (> ', semicolon: '     ...> ', identifier: '       `> ' };
const PROMPT = 'millrace> ';

export interface ReplOptions extends PromptContext {
  readonly screen: TerminalScreen;
  readonly kept: History;
  readonly environment: NodeJS.ProcessEnv;
  /** Typed first, as it were: the person's start file. */
  readonly startLines: readonly string[];
}

/** The interactive prompt: statements end with `;`, meta-commands start with a backslash. Resolves when the person leaves. */
export class Repl {
  private pending = '';
  private busy = false;
  private leaving = false;
  /** Lines that wait for the statement that runs; an interrupt drops them. */
  private waiting: string[] = [];
  private work: Promise<void> = Promise.resolve();
  private readonly editor: LineEditor;

  constructor(private readonly options: ReplOptions) {
    const completer = new Completer(options.session);
    this.editor = new LineEditor({
      input: process.stdin,
      output: process.stdout,
      hasColour: options.screen.hasColour,
      history: () => options.kept.entries,
      complete: (line) => completer.complete(this.pending, line),
      before: () => this.pending,
    });
    this.usePager(options.environment['MILLRACE_PAGER'] ?? DEFAULT_PAGER);
  }

  async run(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.editor.run({
        line: (line) => {
          this.waiting.push(line);
          if (!this.busy) this.work = this.takeAll();
        },
        interrupt: () => this.interrupt(),
        close: () => {
          if (!this.busy) this.options.screen.write('\n');
          this.leaving = true;
          this.options.running.interrupt();
          resolve();
        },
      });
    });
    this.waiting.push(...this.options.startLines.filter((line) => line.trim() !== ''));
    if (this.waiting.length > 0) this.work = this.takeAll();
    else this.editor.ask(PROMPT);
    await closed;
    await this.work;
  }

  private usePager(command: string | null): void {
    const { environment, screen } = this.options;
    screen.usePager(command === null ? null : new Pager(command, this.editor, environment));
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
    if (meta !== null) return this.takeMeta(line, meta);
    this.pending += `${line}\n`;
    await this.runComplete();
  }

  private async takeMeta(line: string, meta: string): Promise<void> {
    this.remember(line.trim());
    const { kept } = this.options;
    const done = await runMeta(meta, { ...this.options, history: () => kept.entries, terminal: this.editor, usePager: (command) => this.usePager(command) });
    if (done.kind === 'leave') this.editor.close();
    else if (done.kind === 'edited') await this.take(done.text);
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
      await runStatement(text, this.options);
      if (state.timing) screen.write(`Time: ${(performance.now() - started).toFixed(1)} ms\n`);
      return !running.wasInterrupted;
    } catch (error) {
      screen.error(session.explain(error, text));
      return false;
    }
  }

  private remember(statement: string): void {
    this.options.kept.add(statement);
    this.editor.showHistory();
  }

  private promptAgain(): void {
    const open = this.pending === '' ? null : (splitStatements(this.pending).at(-1)?.incomplete ?? null);
    this.editor.ask(open === null ? PROMPT : (CONTINUE[open] ?? PROMPT));
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
    this.editor.drop();
    this.promptAgain();
  }
}
