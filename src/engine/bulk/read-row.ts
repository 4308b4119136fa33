import type { ImportRequest } from '../../api/index.js';
import { RequestError, didYouMean } from '../../errors/index.js';
import { parseDecimalText, textToDouble, textToTimestamp, type Column, type SqlType, type SqlValue } from '../../types/index.js';
import { LongNumber, parseJsonLine, type JsonLine } from '../json-line.js';
import { fromJson, isJsonObject } from '../json-values.js';
import type { BulkTarget } from './bulk-target.js';

/** Names that rows may have beside their columns: when the record is from, and that it deletes its key. */
export const ROWTIME = 'ROWTIME';
export const ROWTOMBSTONE = 'ROWTOMBSTONE';
/** Written by the export and of no meaning to the import. */
const IGNORED: ReadonlySet<string> = new Set(['ROWPARTITION', 'ROWOFFSET']);

/** One row of a file, typed. */
export interface BulkRow {
  readonly key: readonly SqlValue[];
  /** null: a tombstone. */
  readonly value: readonly SqlValue[] | null;
  /** null: the wall clock. */
  readonly timestamp: number | null;
}

function parsed(text: string): JsonLine {
  try {
    return parseJsonLine(text);
  } catch {
    throw new RequestError('BAD_REQUEST', 'The row is not JSON');
  }
}

const number = (text: string): JsonLine => (/^[+-]?\d+$/.test(text) ? new LongNumber(text.replace(/^\+/, '')) : text);

/** A text as the type says; the strict reader of JSON judges what comes out. */
function fromText(type: SqlType, text: string): SqlValue {
  const value = text.trim();
  switch (type.kind) {
    case 'STRING':
      return text;
    case 'BOOLEAN':
      return fromJson(type, /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : text);
    case 'INTEGER':
    case 'BIGINT':
      return fromJson(type, number(value));
    case 'DOUBLE':
      return textToDouble(value) ?? fromJson(type, text);
    case 'DECIMAL':
      return fromJson(type, parseDecimalText(value) === null ? false : value);
    case 'ARRAY':
    case 'MAP':
    case 'STRUCT':
      return fromJson(type, parsed(value));
    default:
      return fromJson(type, value);
  }
}

function rowtime(value: JsonLine | undefined): number | null {
  if (value === undefined || value === null || value === '') return null;
  const text = value instanceof LongNumber ? value.text : String(value);
  const ms = /^-?\d+$/.test(text) ? Number(text) : typeof value === 'string' ? textToTimestamp(value) : null;
  const read = ms === null ? null : Number(ms);
  if (read === null || !Number.isSafeInteger(read) || read < 0) throw new RequestError('BAD_REQUEST', `${ROWTIME} ${text.slice(0, 100)} is neither milliseconds nor a time`);
  return read;
}

function isTrue(value: JsonLine | undefined): boolean {
  return value === true || value === 'true';
}

/** Reads rows of one target: JSON objects by column name, case as in SQL. Throws RequestError that says what is wrong with the row. */
export class RowReader {
  private readonly known: ReadonlyMap<string, { readonly column: Column; readonly isKey: boolean; readonly index: number }>;

  constructor(
    private readonly target: BulkTarget,
    private readonly values: ImportRequest['values'],
  ) {
    const entry = (isKey: boolean) => (column: Column, index: number) => [column.name, { column, isKey, index }] as const;
    this.known = new Map([...target.key.columns.map(entry(true)), ...target.value.columns.map(entry(false))]);
  }

  read(line: string): BulkRow {
    const row = parsed(line);
    if (!isJsonObject(row)) throw new RequestError('BAD_REQUEST', 'The row is not a JSON object');
    const key: SqlValue[] = this.target.key.columns.map(() => null);
    const value: SqlValue[] = this.target.value.columns.map(() => null);
    let timestamp: number | null = null;
    let isTombstone = false;
    for (const [given, content] of Object.entries(row)) {
      const name = this.columnName(given);
      const found = this.known.get(name);
      if (found !== undefined) (found.isKey ? key : value)[found.index] = this.convert(found.column, content);
      else if (name === ROWTIME) timestamp = rowtime(content);
      else if (name === ROWTOMBSTONE) isTombstone = isTrue(content);
      else if (!IGNORED.has(name)) this.refuseColumn(given);
    }
    this.requireKey(key);
    return { key, value: isTombstone ? null : value, timestamp };
  }

  private columnName(given: string): string {
    if (this.known.has(given)) return given;
    const quoted = /^"(.*)"$|^`(.*)`$/s.exec(given);
    return quoted === null ? given.toUpperCase() : (quoted[1] ?? quoted[2] ?? '');
  }

  private convert(column: Column, content: JsonLine): SqlValue {
    try {
      if (this.values === 'json' || content === null) return column.type.kind === 'DOUBLE' && typeof content === 'string' ? fromText(column.type, content) : fromJson(column.type, content);
      if (typeof content !== 'string') throw new RequestError('BAD_REQUEST', 'A text was expected');
      return fromText(column.type, content);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RequestError('BAD_REQUEST', `Column ${column.name}: ${reason}`, { cause: error });
    }
  }

  private refuseColumn(given: string): never {
    throw new RequestError('BAD_REQUEST', `Column name ${given} does not exist.`, { hint: didYouMean(given.toUpperCase(), [...this.known.keys()]) ?? undefined });
  }

  private requireKey(key: readonly SqlValue[]): void {
    if (this.target.kind !== 'TABLE') return;
    const missing = this.target.key.columns.find((_, index) => (key[index] ?? null) === null);
    if (missing !== undefined) throw new RequestError('BAD_REQUEST', `A row of a table needs its key: ${missing.name}`);
  }
}
