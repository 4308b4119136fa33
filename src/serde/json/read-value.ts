import { assertNever } from '../../errors/index.js';
import { formatType, type ArrayType, type MapType, type SqlType, type SqlValue, type StructType } from '../../types/index.js';
import { FieldIndex } from './field-index.js';
import { decimalReader, readBigint, readDate, readDouble, readInteger, readTime, readTimestamp, type ValueReader } from './read-number.js';
import { enter, expectComma, skipColon, skipSpace, skipString, skipValue, skipWord } from './scan.js';
import { malformed, wrongKind, type JsonSource } from './source.js';
import { inHashOrder } from './hash-order.js';
import { decodeString, textOfValue } from './text.js';

export type { ValueReader } from './read-number.js';

/** The reader of a type, with the rules of ksqlDB's "accepted JSON"; checks while it reads. */
export function compileValueReader(type: SqlType): ValueReader {
  switch (type.kind) {
    case 'BOOLEAN': return readBoolean;
    case 'INTEGER': return readInteger;
    case 'BIGINT': return readBigint;
    case 'DOUBLE': return readDouble;
    case 'DECIMAL': return decimalReader(type);
    case 'STRING': return readString;
    case 'BYTES': return readBytes;
    case 'DATE': return readDate;
    case 'TIME': return readTime;
    case 'TIMESTAMP': return readTimestamp;
    case 'ARRAY': return arrayReader(type);
    case 'MAP': return mapReader(type);
    case 'STRUCT': return structReader(type);
    default: return assertNever(type);
  }
}

function readNull(source: JsonSource, at: number): number {
  source.value = null;
  return skipWord(source, at, 'null');
}

const readBoolean: ValueReader = (source, at, depth) => {
  switch (source.bytes[at]) {
    case 0x74:
      source.value = true;
      return skipWord(source, at, 'true');
    case 0x66:
      source.value = false;
      return skipWord(source, at, 'false');
    case 0x6e:
      return readNull(source, at);
    default:
      return wrongKind(source, at, 'BOOLEAN', depth);
  }
};

const readString: ValueReader = (source, at, depth) => {
  const byte = source.bytes[at];
  if (byte === 0x6e) return readNull(source, at);
  if (byte === 0x22) {
    const end = skipString(source, at + 1);
    source.value = decodeString(source, at + 1, end - 1, source.flags);
    return end;
  }
  const end = skipValue(source, at, depth);
  source.value = textOfValue(source, at);
  return end;
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const readBytes: ValueReader = (source, at, depth) => {
  const byte = source.bytes[at];
  if (byte === 0x6e) return readNull(source, at);
  if (byte !== 0x22) return wrongKind(source, at, 'BYTES', depth);
  const end = skipString(source, at + 1);
  const text = decodeString(source, at + 1, end - 1, source.flags).replace(/[^!-\uffff]+/g, '');
  if (!isBase64(text)) return wrongKind(source, at, 'BYTES', depth, 'the text is not base64');
  source.value = new Uint8Array(Buffer.from(text, 'base64'));
  return end;
};

/** Jackson wants the padding. The pattern runs on pieces: V8's matcher has a stack limit that megabytes of text would reach. */
function isBase64(text: string): boolean {
  const piece = 1 << 16;
  for (let at = 0; at + piece < text.length; at += piece) {
    if (!BASE64.test(text.slice(at, at + piece)) || text.charCodeAt(at + piece - 1) === 0x3d) return false;
  }
  return BASE64.test(text.slice(Math.floor(Math.max(text.length - 1, 0) / piece) * piece));
}

function arrayReader(type: ArrayType): ValueReader {
  const readItem = compileValueReader(type.item);
  const typeText = formatType(type);
  return (source, from, depth) => {
    const byte = source.bytes[from];
    if (byte === 0x6e) return readNull(source, from);
    if (byte !== 0x5b) return wrongKind(source, from, typeText, depth);
    enter(source, from, depth);
    const items: SqlValue[] = [];
    let at = skipSpace(source, from + 1);
    while (source.bytes[at] !== 0x5d) {
      if (at >= source.end) malformed('expected a value', source, at);
      source.trail[depth] = items.length;
      at = skipSpace(source, readItem(source, at, depth + 1));
      items.push(source.value);
      if (source.bytes[at] !== 0x5d) at = skipItemSeparator(source, at, 0x5d);
    }
    source.value = items;
    return at + 1;
  };
}

/** After a comma there must be another item. */
function skipItemSeparator(source: JsonSource, from: number, close: number): number {
  const at = skipSpace(source, expectComma(source, from));
  if (source.bytes[at] === close) malformed('expected a value after ,', source, at);
  return at;
}

function mapReader(type: MapType): ValueReader {
  const readEntry = compileValueReader(type.value);
  const typeText = formatType(type);
  return (source, from, depth) => {
    const byte = source.bytes[from];
    if (byte === 0x6e) return readNull(source, from);
    if (byte !== 0x7b) return wrongKind(source, from, typeText, depth);
    enter(source, from, depth);
    const entries = new Map<SqlValue, SqlValue>();
    let at = skipSpace(source, from + 1);
    while (source.bytes[at] !== 0x7d) {
      if (source.bytes[at] !== 0x22) malformed('expected a field name', source, at);
      const nameEnd = skipString(source, at + 1);
      const name = decodeString(source, at + 1, nameEnd - 1, source.flags);
      source.trail[depth] = name;
      at = skipSpace(source, readEntry(source, skipColon(source, nameEnd), depth + 1));
      entries.set(name, source.value);
      if (source.bytes[at] !== 0x7d) at = skipItemSeparator(source, at, 0x7d);
    }
    source.value = inHashOrder(entries);
    return at + 1;
  };
}

function structReader(type: StructType): ValueReader {
  // Types are finite, so this reader is never inside itself and may keep its positions between scan and reads.
  const index = new FieldIndex(type.fields.map((field) => field.name));
  const readers = type.fields.map((field) => compileValueReader(field.type));
  const typeText = formatType(type);
  return (source, from, depth) => {
    const byte = source.bytes[from];
    if (byte === 0x6e) return readNull(source, from);
    if (byte !== 0x7b) return wrongKind(source, from, typeText, depth);
    const end = index.scan(source, from, depth);
    const values: SqlValue[] = [];
    readers.forEach((read, column) => {
      const start = index.startOf(column);
      if (start < 0) {
        values.push(null);
        return;
      }
      source.trail[depth] = type.fields[column]?.name ?? '';
      read(source, start, depth + 1);
      values.push(source.value);
    });
    source.value = values;
    return end;
  };
}
