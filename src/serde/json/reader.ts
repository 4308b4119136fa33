import { RecordError } from '../../errors/index.js';
import type { Column } from '../../types/index.js';
import type { ColumnReader } from '../format.js';
import { ColumnSlots } from './column-slots.js';
import { FieldIndex, type NameHit } from './field-index.js';
import { expectEnd, skipSpace, skipValue } from './scan.js';
import { shapeOf } from './shape.js';
import { compileShape, type ShapeReader } from './shape-source.js';
import { JsonSource, malformed, wrongKind } from './source.js';

export interface JsonReaderOptions {
  readonly columns: readonly Column[];
  readonly used: readonly boolean[];
  /** The top is an object with a field per column; else it is the single column itself. */
  readonly isWrapped: boolean;
}

/** How often a reader may compile a new guess: producers of ever new shapes are read without one. */
const MAX_SHAPES = 8;

/** How a column's name was met in the record. */
const NOT_FOUND = 0;
const FOUND_UPPER = 1;
const FOUND_EXACT = 2;

/** The compiled reader of JSON text; see `format.ts` for the contract. */
export function compileJsonReader(options: JsonReaderOptions): ColumnReader {
  return options.isWrapped ? new WrappedReader(options) : new BareReader(options);
}

/** One column that is the document. */
class BareReader implements ColumnReader {
  readonly columns;
  private readonly source = new JsonSource();
  private readonly slots: ColumnSlots;

  constructor(options: JsonReaderOptions) {
    this.slots = new ColumnSlots(options.columns, options.used, this.source);
    this.columns = this.slots.getters;
  }

  scan(buffer: Buffer, position: number, length: number): void {
    const { source } = this;
    source.begin(buffer, position + length);
    const at = skipSpace(source, position);
    if (at >= source.end) malformed('expected a value', source, source.end);
    expectEnd(source, this.slots.store(0, at, 0));
  }
}

/**
 * An object with the columns as fields. Guesses that a record has the shape of earlier ones and runs the code compiled for
 * it; a record that differs is read by the general scan, which alone decides about errors.
 */
class WrappedReader implements ColumnReader {
  readonly columns;
  private readonly source = new JsonSource();
  private readonly slots: ColumnSlots;
  private readonly index: FieldIndex;
  private readonly names: readonly Column[];
  private readonly used: readonly boolean[];
  private readonly found: Uint8Array;
  private shapeReader: ShapeReader | null = null;
  private shapesCompiled = 0;
  /** Records until the next guess; grows with each failed one. */
  private missesLeft = 0;

  constructor(options: JsonReaderOptions) {
    this.names = options.columns;
    this.used = options.used;
    this.found = new Uint8Array(options.columns.length);
    this.index = new FieldIndex(options.columns.map((column) => column.name));
    this.slots = new ColumnSlots(options.columns, options.used, this.source);
    this.columns = this.slots.getters;
  }

  scan(buffer: Buffer, position: number, length: number): void {
    const { source } = this;
    source.begin(buffer, position + length);
    source.isGuessing = true;
    if (this.shapeReader !== null && this.succeeds(this.shapeReader, position)) return;
    if (!this.succeeds(this.scanOnce, position)) {
      source.isGuessing = false;
      this.scanTwice(position);
    }
    source.isGuessing = false;
    if (this.shapesCompiled < MAX_SHAPES && this.missesLeft-- <= 0) this.learnShape(position);
  }

  /** A way of reading that cannot tell why it failed: of a repeated name, a later value may replace the one that is wrong. */
  private succeeds(read: ShapeReader, position: number): boolean {
    try {
      return read(position);
    } catch (error) {
      if (error instanceof RecordError) return false;
      throw error;
    }
  }

  /** Reads values as their names come by. */
  private readonly scanOnce = (position: number): boolean => {
    const { source, index, found, slots } = this;
    found.fill(NOT_FOUND);
    expectEnd(source, index.walk(source, this.objectAt(position), 0, this.visit));
    for (let column = 0; column < found.length; column++) {
      if (found[column] === NOT_FOUND) slots.tags[column] = 0;
    }
    return true;
  };

  private objectAt(position: number): number {
    const { source } = this;
    const at = skipSpace(source, position);
    if (at >= source.end) malformed('expected an object', source, source.end);
    if (source.bytes[at] !== 0x7b) wrongKind(source, at, 'the columns of a record', 0);
    return at;
  }

  private readonly visit = (hit: NameHit, at: number): number => {
    const { found, slots } = this;
    const { exact, upper } = hit;
    let end = -1;
    if (exact >= 0) {
      found[exact] = FOUND_EXACT;
      end = slots.store(exact, at, 1);
    }
    if (upper >= 0 && found[upper] !== FOUND_EXACT) {
      found[upper] = FOUND_UPPER;
      end = slots.store(upper, at, 1);
    }
    return end >= 0 ? end : skipValue(this.source, at, 1);
  };

  /** First the syntax, then the values that count: decides about errors. */
  private scanTwice(position: number): void {
    const { source, index, slots } = this;
    expectEnd(source, index.scan(source, this.objectAt(position), 0));
    for (let column = 0; column < this.names.length; column++) {
      const start = index.startOf(column);
      if (start < 0) slots.tags[column] = 0;
      else slots.store(column, start, 1);
    }
  }

  private learnShape(position: number): void {
    const shape = shapeOf(this.source, position, this.index);
    this.shapesCompiled++;
    this.missesLeft = 16 << this.shapesCompiled;
    if (shape !== null) this.shapeReader = compileShape(shape, this.names, this.used, this.slots, this.source);
  }
}
