import { appendFileSync, writeFileSync } from 'node:fs';
import type { Pager } from './pager.js';

/** One answer, piece by piece. Resolves when the reader can take more. */
export interface Answer {
  write(text: string): void | Promise<void>;
  end(): Promise<void>;
}

/** Where answers go. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  /** A person looks at it: views may be drawn over, long answers paged. */
  readonly isTerminal: boolean;
  /** `isWhole`: it ends by itself, so it may be paged; else each piece appears at once. */
  answer(isWhole: boolean): Answer;
  /** A short answer. */
  write(text: string): void;
  /** Beside the answer: what a person should know. */
  notice(text: string): void;
  /** Why a statement was refused. */
  error(text: string): void;
  /** A line on the terminal only, drawn over by the next one; '' takes it away. */
  status(text: string): void;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export const RED = '\u001b[31m';
export const DIM = '\u001b[2m';
export const PLAIN = '\u001b[0m';
const PIPE_WIDTH = 120;
const PIPE_HEIGHT = 40;

/** NO_COLOR and FORCE_COLOR as their conventions say; else colour where the stream is a terminal. */
export function wantsColour(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '') !== '') return environment['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** Answers to standard output, all else to standard error, so that a pipe carries answers only. */
export class TerminalScreen implements Screen {
  private copy: string | null = null;
  private target: { readonly file: string; readonly isOnce: boolean } | null = null;
  private pager: Pager | null = null;
  private hasStatus = false;

  constructor(
    private readonly output: OutputStream,
    private readonly errors: OutputStream,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  get width(): number {
    return this.output.columns ?? PIPE_WIDTH;
  }
  get height(): number {
    return this.output.rows ?? PIPE_HEIGHT;
  }
  get isTerminal(): boolean {
    return this.output.isTTY === true;
  }
  get hasColour(): boolean {
    return wantsColour(this.output, this.environment);
  }

  answer(isWhole: boolean): Answer {
    const target = this.target;
    if (target !== null) {
      if (target.isOnce) this.target = null;
      return { write: (text) => appendFileSync(target.file, text), end: () => Promise.resolve() };
    }
    if (!isWhole || this.pager === null || !this.isTerminal) return { write: (text) => this.write(text), end: () => Promise.resolve() };
    return this.pager.answer({ height: this.height, plain: (text) => this.write(text), keep: (text) => this.keep(text) });
  }

  write(text: string): void {
    this.output.write(text);
    this.keep(text);
  }

  notice(text: string): void {
    this.errors.write(wantsColour(this.errors, this.environment) ? `${DIM}${text}${PLAIN}\n` : `${text}\n`);
    this.keep(`${text}\n`);
  }

  error(text: string): void {
    const [first = '', ...rest] = text.split('\n');
    this.errors.write(wantsColour(this.errors, this.environment) ? `${[`${RED}${first}${PLAIN}`, ...rest].join('\n')}\n` : `${text}\n`);
    this.keep(`${text}\n`);
  }

  status(text: string): void {
    if (!this.isTerminal || this.errors.isTTY !== true || (text === '' && !this.hasStatus)) return;
    this.hasStatus = text !== '';
    this.errors.write(`\r\u001b[K${text.slice(0, this.width - 1)}`);
  }

  /** Long answers go through this from now on; null: never. */
  usePager(pager: Pager | null): void {
    this.pager = pager;
  }

  /** SPOOL: everything shown from now on is also written to a file; null ends it. */
  spool(file: string | null): void {
    if (file !== null) appendFileSync(file, '');
    this.copy = file;
  }

  /** Answers go to a file instead, the next one or all; null: to the screen again. */
  redirect(file: string | null, isOnce: boolean): void {
    if (file !== null) writeFileSync(file, '');
    this.target = file === null ? null : { file, isOnce };
  }

  private keep(text: string): void {
    if (this.copy !== null) appendFileSync(this.copy, text);
  }
}
