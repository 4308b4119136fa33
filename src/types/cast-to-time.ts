import { RecordError } from '../errors/index.js';
import { numberOf, stringOf } from './narrow.js';
import type { SqlType } from './sql-type.js';
import { DAY_MS, textToDate, textToTime, textToTimestamp } from './time-text.js';
import type { SqlValue } from './value.js';

type Convert = (value: SqlValue) => SqlValue;

function parsing(kind: 'date' | 'time' | 'timestamp', shape: string, parse: (text: string) => number | null): Convert {
  return (value) => {
    const text = stringOf(value);
    const parsed = parse(text);
    if (parsed === null) throw new RecordError(`Required format is: "${shape}". Failed to parse ${kind} '${text}'`);
    return parsed;
  };
}

export function castToDate(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'STRING':
      return parsing('date', 'yyyy-MM-dd', textToDate);
    case 'TIMESTAMP':
      return (value) => Math.floor(numberOf(value) / DAY_MS);
    default:
      return null;
  }
}

export function castToTime(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'STRING':
      return parsing('time', 'HH:mm:ss.SSS', textToTime);
    case 'TIMESTAMP':
      return (value) => {
        const ms = numberOf(value);
        return ms - Math.floor(ms / DAY_MS) * DAY_MS;
      };
    default:
      return null;
  }
}

export function castToTimestamp(from: SqlType): Convert | null {
  switch (from.kind) {
    case 'STRING':
      return parsing('timestamp', "yyyy-MM-dd'T'HH:mm:ss.SSS", textToTimestamp);
    case 'DATE':
      return (value) => numberOf(value) * DAY_MS;
    default:
      return null;
  }
}
