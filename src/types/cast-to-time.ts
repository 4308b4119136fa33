import { RecordError } from '../errors/index.js';
import { longOf, numberOf, stringOf } from './narrow.js';
import { trimJava } from './number-text.js';
import type { SqlType } from './sql-type.js';
import { DAY_MS, splitTimestamp, textToDate, textToTime, textToTimestamp } from './time-text.js';
import type { SqlValue } from './value.js';

type Convert = (value: SqlValue) => SqlValue;

type TimeKind = 'DATE' | 'TIME' | 'TIMESTAMP';
const PARSERS: Readonly<Record<TimeKind, { readonly shape: string; readonly parse: (text: string) => number | null }>> = {
  DATE: { shape: 'yyyy-MM-dd', parse: textToDate },
  TIME: { shape: 'HH:mm:ss.SSS', parse: textToTime },
  TIMESTAMP: { shape: "yyyy-MM-dd'T'HH:mm:ss.SSS", parse: textToTimestamp },
};

/** Reads a text that is compared with a time: as it stands, white space included. Throws RecordError. */
export function textReader(kind: TimeKind): (text: string) => number {
  const { shape, parse } = PARSERS[kind];
  return (text) => {
    const parsed = parse(text);
    if (parsed === null) throw new RecordError(`Required format is: "${shape}". Failed to parse ${kind.toLowerCase()} '${text}'`);
    return parsed;
  };
}

/** Unlike a comparison, a cast ignores white space around. */
function parsing(kind: TimeKind): Convert {
  const read = textReader(kind);
  return (value) => read(trimJava(stringOf(value)));
}

export function castToDate(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'STRING':
      return parsing('DATE');
    case 'TIMESTAMP':
      return (value) => splitTimestamp(longOf(value)).days;
    default:
      return null;
  }
}

export function castToTime(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'STRING':
      return parsing('TIME');
    case 'TIMESTAMP':
      return (value) => splitTimestamp(longOf(value)).rest;
    default:
      return null;
  }
}

export function castToTimestamp(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'STRING':
      return parsing('TIMESTAMP');
    case 'DATE':
      return (value) => numberOf(value) * DAY_MS;
    default:
      return null;
  }
}
