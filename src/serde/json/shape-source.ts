import type { Column } from '../../types/index.js';
import { compileFunction } from '../compiled-function.js';
import type { ColumnSlots } from './column-slots.js';
import { skipString, skipValue } from './scan.js';
import type { Shape, ShapeField } from './shape.js';
import type { JsonSource } from './source.js';

/** Reads a record of the guessed shape into the slots; false when the record has another shape (slots are then undefined). */
export type ShapeReader = (from: number) => boolean;

/** Powers by which the first nine digits of a number move when more follow. */
const POWERS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];

/**
 * Straight-line code for one shape: compares the bytes between values a word at a time, reads small whole numbers in place,
 * and leaves the rest to the general readers. Names come in as numbers in `k`, never as source.
 */
export function compileShape(shape: Shape, columns: readonly Column[], used: readonly boolean[], slots: ColumnSlots, source: JsonSource): ShapeReader {
  const constants: unknown[] = [
    source, slots.tags, slots.numbers, slots.starts, slots.ends, slots.flags, slots.store, skipString, skipValue, POWERS,
  ];
  const emitter = new Emitter(constants);
  const present = new Set(shape.fields.map((field) => field.column));
  for (const field of shape.fields) {
    emitter.expectBytes(field.before);
    emitField(emitter, field, columns, used);
  }
  emitter.lines.push(`if (p + ${shape.tail.length} !== end) return false;`);
  if (shape.tail.length > 0) emitter.expectBytes(shape.tail);
  columns.forEach((_, column) => {
    if (!present.has(column)) emitter.lines.push(`tags[${column}] = 0;`);
  });
  const body = [
    'const source = k[0], tags = k[1], numbers = k[2], starts = k[3], ends = k[4], flags = k[5], store = k[6], skipString = k[7], skipValue = k[8], powers = k[9];',
    ...emitter.declarations,
    'return function readShape(from) {',
    'const b = source.bytes, v = source.view, end = source.end;',
    'let p = from, q = 0, r = 0, c = 0, n = 0, m = 0, d = 0, s = 0;',
    ...emitter.lines,
    'return true;',
    '};',
  ].join('\n');
  return compileFunction<ShapeReader>(body, constants);
}

class Emitter {
  readonly lines: string[] = [];
  readonly declarations: string[] = [];
  constructor(private readonly constants: unknown[]) {}

  private constant(value: number): string {
    const name = `w${this.constants.length}`;
    this.declarations.push(`const ${name} = k[${this.constants.length}];`);
    this.constants.push(value);
    return name;
  }

  /** The bytes at `p` or give up; moves `p` behind them. The last word overlaps the one before. */
  expectBytes(bytes: Buffer): void {
    const { length } = bytes;
    const checks = [`p + ${length} > end`];
    if (length < 4) {
      for (let at = 0; at < length; at++) checks.push(`b[p + ${at}] !== ${this.constant(bytes[at] ?? 0)}`);
    }
    for (let at = 0; length >= 4 && at < length; at += 4) {
      const word = Math.min(at, length - 4);
      checks.push(`v.getInt32(p + ${word}, true) !== ${this.constant(bytes.readInt32LE(word))}`);
    }
    this.lines.push(`if (${checks.join(' || ')}) return false;`, `p += ${length};`);
  }
}

function emitField(emitter: Emitter, field: ShapeField, columns: readonly Column[], used: readonly boolean[]): void {
  const { column } = field;
  const kind = columns[column]?.type.kind;
  const isUsed = used[column] ?? false;
  if (kind === undefined || (kind === 'STRING' && !isUsed)) {
    emitter.lines.push('p = b[p] === 34 ? skipString(source, p + 1) : skipValue(source, p, 1);');
  } else if (kind === 'STRING') {
    emitter.lines.push(
      'if (b[p] === 34) {',
      `starts[${column}] = p + 1;`,
      'p = skipString(source, p + 1);',
      `ends[${column}] = p - 1; flags[${column}] = source.flags; tags[${column}] = 3;`,
      `} else p = store(${column}, p, 1);`,
    );
  } else if (kind === 'INTEGER') emitWhole(emitter, column, isUsed, false);
  else if (kind === 'BIGINT' || kind === 'TIMESTAMP') emitWhole(emitter, column, isUsed, true);
  else emitter.lines.push(`p = store(${column}, p, 1);`);
}

/**
 * Up to 9 digits in 32-bit arithmetic (15 for wide types, in two parts). Anything else (fraction, exponent, text, null,
 * leading zero, white space) goes to the general reader.
 */
function emitWhole(emitter: Emitter, column: number, isUsed: boolean, isWide: boolean): void {
  const sum = isUsed ? (name: string) => `${name} = (${name} * 10 + c - 48) | 0; ` : () => '';
  emitter.lines.push(
    'q = p; c = b[q]; s = 0; n = 0;',
    'if (c === 45) { s = 1; c = b[++q]; }',
    'r = q;',
    `while (c >= 48 && c <= 57 && q - r < 9) { ${sum('n')}c = b[++q]; }`,
  );
  if (isWide) {
    emitter.lines.push(
      'm = 0; d = q;',
      `while (c >= 48 && c <= 57 && q - d < 6) { ${sum('m')}c = b[++q]; }`,
      'if (q > d) n = n * powers[q - d] + m;',
    );
  }
  const keep = isUsed ? `numbers[${column}] = s === 1 ? 0 - n : n; tags[${column}] = 1; ` : '';
  emitter.lines.push(
    `if ((c === 44 || c === 125) && q > r && (b[r] !== 48 || q - r === 1)) { ${keep}p = q; }`,
    `else p = store(${column}, p, 1);`,
  );
}
