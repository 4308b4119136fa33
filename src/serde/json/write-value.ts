import { assertNever } from '../../errors/index.js';
import {
  booleanOf, bytesOf, bytesToText, entriesOf, itemsOf, longOf, numberOf, ownDecimalText, stringOf, type SqlType, type SqlValue, type StructType,
} from '../../types/index.js';
import type { ByteSink } from '../format.js';
import { inHashOrder } from './hash-order.js';
import { quoteJson } from './text.js';
import { putAscii, putBytes, putDecimal, putDouble, putString, putWhole } from './write-text.js';

/** Writes a value of a type, nulls included. */
export type ValueWriter = (sink: ByteSink, value: SqlValue) => void;

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

export function compileValueWriter(type: SqlType): ValueWriter {
  const write = nonNullWriter(type);
  return (sink, value) => {
    if (value === null) putBytes(sink, NULL);
    else write(sink, value);
  };
}

function nonNullWriter(type: SqlType): ValueWriter {
  switch (type.kind) {
    case 'BOOLEAN': return (sink, value) => putBytes(sink, booleanOf(value) ? TRUE : FALSE);
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'BIGINT': return (sink, value) => putWhole(sink, longOf(value));
    case 'DOUBLE': return (sink, value) => putDouble(sink, numberOf(value));
    case 'DECIMAL': return (sink, value) => (typeof value === 'object' ? putAscii(sink, ownDecimalText(value, type.scale)) : putDecimal(sink, longOf(value), type.scale));
    case 'STRING': return (sink, value) => putString(sink, stringOf(value));
    case 'BYTES': return (sink, value) => putAscii(sink, `"${bytesToText(bytesOf(value))}"`);
    case 'ARRAY': return arrayWriter(compileValueWriter(type.item));
    case 'MAP': return mapWriter(compileValueWriter(type.value));
    case 'STRUCT': return structWriter(type);
    default: return assertNever(type);
  }
}

function arrayWriter(writeItem: ValueWriter): ValueWriter {
  return (sink, value) => {
    let separator = '[';
    for (const item of itemsOf(value)) {
      putAscii(sink, separator);
      writeItem(sink, item);
      separator = ',';
    }
    putAscii(sink, separator === '[' ? '[]' : ']');
  };
}

function mapWriter(writeEntry: ValueWriter): ValueWriter {
  return (sink, value) => {
    let separator = '{';
    const entries = entriesOf(value);
    // As ksqlDB: a null key becomes the text `null`; if that is a key as well, the one that is written last counts.
    for (const [key, entry] of entries.has(null) ? inHashOrder(entries) : entries) {
      putAscii(sink, separator);
      putString(sink, key === null ? 'null' : stringOf(key));
      putAscii(sink, ':');
      writeEntry(sink, entry);
      separator = ',';
    }
    putAscii(sink, separator === '{' ? '{}' : '}');
  };
}

function structWriter(type: StructType): ValueWriter {
  const fields = type.fields.map((field, index) => ({
    before: nameBytes(field.name, index),
    write: compileValueWriter(field.type),
  }));
  return (sink, value) => {
    const values = itemsOf(value);
    if (fields.length === 0) putAscii(sink, '{');
    fields.forEach((field, index) => {
      putBytes(sink, field.before);
      field.write(sink, values[index] ?? null);
    });
    putAscii(sink, '}');
  };
}

/** `{"NAME":` for the first field, `,"NAME":` for the others. */
export function nameBytes(name: string, index: number): Buffer {
  return Buffer.from(`${index === 0 ? '{' : ','}${quoteJson(name)}:`);
}
