import { appendFileSync } from 'node:fs';

/** Where answers go. */
export interface Screen {
  readonly width: number;
  /** An answer. */
  write(text: string): void;
  /** Beside the answer: what a person should know. */
  notice(text: string): void;
  /** Why a statement was refused. */
  error(text: string): void;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const RED = '\u001b[31m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';
const PIPE_WIDTH = 120;

/** NO_COLOR and FORCE_COLOR as their conventions say; else colour where the stream is a terminal. */
export function wantsColour(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '') !== '') return environment['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** Answers to standard output, all else to standard error, so that a pipe carries answers only. */
export class TerminalScreen implements Screen {
  private copy: string | null = null;

  constructor(
    private readonly output: OutputStream,
    private readonly errors: OutputStream,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  get width(): number {
    return this.output.columns ?? PIPE_WIDTH;
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

  /** SPOOL: everything shown from now on is also written to a file; null ends it. */
  spool(file: string | null): void {
    if (file !== null) appendFileSync(file, '');
    this.copy = file;
  }

  private keep(text: string): void {
    if (this.copy !== null) appendFileSync(this.copy, text);
  }
}
