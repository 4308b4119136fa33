import { BindError } from '../../errors/index.js';
import type { WindowInfo } from '../../types/index.js';
import { PREPARE } from './located.js';

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['NANOSECOND', 1e-6],
  ['MICROSECOND', 1e-3],
  ['MILLISECOND', 1],
  ['SECOND', 1000],
  ['MINUTE', 60_000],
  ['HOUR', 3_600_000],
  ['DAY', 86_400_000],
];

/** WINDOW_TYPE and WINDOW_SIZE of a topic whose keys carry windows; null where its keys are plain. */
export function windowOf(type: string | null, size: string | null): WindowInfo | null {
  if (type === null) {
    if (size !== null) throw new BindError(`${PREPARE}'WINDOW_SIZE' should not be set without 'WINDOW_TYPE'.`, { hint: "Add WINDOW_TYPE='TUMBLING' or 'HOPPING', or leave WINDOW_SIZE out." });
    return null;
  }
  const name = type.trim().toUpperCase();
  switch (name) {
    case 'SESSION':
      if (size !== null) throw new BindError(`${PREPARE}'WINDOW_SIZE' should not be set for SESSION windows.`, { hint: 'Leave WINDOW_SIZE out: sessions have ends of their own.' });
      return { type: name, sizeMs: null };
    case 'TUMBLING':
    case 'HOPPING':
      if (size === null) {
        throw new BindError(
          `${PREPARE}${name} windows require 'WINDOW_SIZE' to be provided in the WITH clause. For example: 'WINDOW_SIZE'='10 SECONDS'`, { hint: "Add WINDOW_SIZE='10 SECONDS', for example." });
      }
      return { type: name, sizeMs: durationOf(size) };
    default:
      throw new BindError(
        `${PREPARE}Configuration WINDOW_TYPE is invalid: Unknown window type: '${type}'\nSupported window types are: SESSION, HOPPING, TUMBLING`, { hint: "Write WINDOW_TYPE='TUMBLING', 'HOPPING' or 'SESSION'." });
  }
}

function durationOf(written: string): number {
  const invalid = (reason: string): BindError =>
    new BindError(`${PREPARE}Configuration WINDOW_SIZE is invalid: Invalid duration: '${written}'. ${reason}`, { hint: "Write a number and a unit, such as '10 SECONDS'." });
  const words = written.trim().split(/\s+/);
  const [amount, unit] = words;
  if (words.length !== 2 || amount === undefined || unit === undefined) {
    throw invalid("Expected 2 parts: a number and a time unit, for example '10 SECONDS'");
  }
  if (!/^[+-]?\d+$/.test(amount)) throw invalid(`Not a number: '${amount}'`);
  const upper = unit.toUpperCase();
  const found = UNITS.find(([name]) => upper === name || upper === `${name}S`);
  if (found === undefined) {
    throw invalid(`Unknown time unit: '${upper}'\nSupported time units are: ${UNITS.map(([name]) => `${name}S`).join(', ')}`);
  }
  const ms = Math.floor(Number(amount) * found[1]);
  if (ms <= 0) throw invalid('A window size must be positive');
  return ms;
}
