import { compileFunction } from './compiled-function.js';
import type { ColumnValues } from './column-values.js';

/** The cursor of a binary format, as generated code sees it. */
export interface BinaryCursor {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/**
 * Reads the record in front of the cursor into the columns. false: it is not what the code was made for (or is broken), and the
 * columns are undefined; the general reader then decides, and tells what is wrong.
 */
export type FastRead<S extends BinaryCursor> = (source: S) => boolean;

/**
 * Straight-line code over `b` (bytes), `p` (place), `end`. Reads may run past the record's end (bytes there belong to the next
 * one), so places are compared with `end` before anything general is called, and last of all.
 */
export class BinaryCode {
  private readonly constants: unknown[];
  private readonly lines: string[] = [];

  constructor({ values, starts, ends }: ColumnValues) {
    this.constants = [values, starts, ends];
  }

  line(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  constant(value: unknown): string {
    return `k[${this.constants.push(value) - 1}]`;
  }

  /**
   * An unsigned number of up to four bytes at `p` into `n`, with `q` where it starts; n < 0: a longer one, and `p` is in it.
   */
  shortVarint(): void {
    this.line(
      'q = p; n = b[p++];',
      'if (n > 127) { c = b[p++]; n = (n & 127) | ((c & 127) << 7);',
      'if (c > 127) { c = b[p++]; n |= (c & 127) << 14;',
      'if (c > 127) { c = b[p++]; n |= (c & 127) << 21; if (c > 127) n = -1; } } }',
    );
  }

  /** Over a number of up to ten bytes; `q` is where it starts. */
  skipVarint(): void {
    this.line('q = p; while (b[p] > 127) p++; p++; if (p - q > 10) return false;');
  }

  /** What a general piece gives for what starts at `start`. */
  general(start: string, call: string, keep: (value: string) => string): void {
    this.line(`if (p > end) return false; source.at = ${start}; ${keep(call)} p = source.at;`);
  }

  build<S extends BinaryCursor>(): FastRead<S> {
    const body = [
      'const values = k[0], starts = k[1], ends = k[2];',
      'return function read(source) {',
      'const b = source.bytes, end = source.end;',
      'let p = source.at, q = 0, n = 0, c = 0;',
      ...this.lines,
      'source.at = p;',
      'return p === end;',
      '};',
    ].join('\n');
    return compileFunction<FastRead<S>>(body, this.constants);
  }
}
