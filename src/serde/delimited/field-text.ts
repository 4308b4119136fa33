import { InternalError, RecordError } from '../../errors/index.js';
import {
  booleanOf, bytesOf, bytesToText, doubleToText, formatType, longOf, numberOf, ownDecimalText, stringOf, textToBytes, textToDecimal, textToDouble,
  textToInteger, textToLong, trimJava, type Column, type Long, type SqlType, type SqlValue,
} from '../../types/index.js';

const DAY_MS = 86_400_000;

/** Text of a field to a value; the text is not empty (an empty field is a null). Throws RecordError. */
export function compileFieldReader(column: Column): (text: string) => SqlValue {
  const parse = parserOf(column.type);
  return (text) => {
    const value = parse(text);
    if (value === null) throw new RecordError(`Cannot convert "${text.slice(0, 100)}" to ${formatType(column.type)}, column: ${column.name}`);
    return value;
  };
}

function parserOf(type: SqlType): (text: string) => SqlValue {
  switch (type.kind) {
    case 'BOOLEAN': return (text) => text.toLowerCase() === 'true';
    case 'INTEGER': return textToInteger;
    case 'BIGINT': return textToLong;
    case 'DOUBLE': return textToDouble;
    case 'DECIMAL': return (text) => textToDecimal(text, type, 'UNNECESSARY');
    case 'STRING': return (text) => text;
    case 'BYTES': return (text) => textToBytes(trimJava(text));
    case 'DATE': return (text) => numberOrNull(textToLong(text));
    case 'TIMESTAMP': return textToLong;
    case 'TIME': return (text) => {
      const value = textToLong(text);
      return typeof value === 'number' && value >= 0 && value <= DAY_MS ? value : null;
    };
    default: return unsupported(type);
  }
}

function numberOrNull(value: Long | null): number | null {
  return value === null ? null : Number(value);
}

/** A non-null value as the text of a field. */
export function compileFieldWriter(type: SqlType): (value: SqlValue) => string {
  switch (type.kind) {
    case 'BOOLEAN': return (value) => String(booleanOf(value));
    case 'INTEGER':
    case 'DATE':
    case 'TIME': return (value) => numberOf(value).toString();
    case 'TIMESTAMP':
    case 'BIGINT': return (value) => longOf(value).toString();
    case 'DOUBLE': return (value) => doubleToText(numberOf(value));
    case 'DECIMAL': return (value) => ownDecimalText(value, type.scale);
    case 'STRING': return stringOf;
    case 'BYTES': return (value) => bytesToText(bytesOf(value));
    default: return unsupported(type);
  }
}

function unsupported(type: SqlType): never {
  throw new InternalError(`DELIMITED holds no ${type.kind}: the layout check comes first`);
}
