import { readExactDecimal, sameDecimal, sameNumber } from '../exact-decimal.js';
import { isList, isObject, JsonNumber, type LiteralJson, type LiteralObject } from '../literal-json.js';
import { ActualBytes, ActualNumber, ActualStruct, type Actual, type ActualRecord } from './actual.js';

/** How numbers of one side are compared (README of the cases, section 5). */
export interface NumberRules {
  /** DOUBLE within 1e-6 instead of (nearly) equal. */
  readonly looseDoubles: boolean;
  /** Asks that a DOUBLE's text equals the literal as a decimal with scale. */
  readonly exactDoubleText: boolean;
}

/** An expected record: the fields of the case file. */
export type ExpectedRecord = LiteralObject;

function doublesMatch(actual: string, expected: string, rules: NumberRules): boolean {
  const a = Number(actual);
  const e = Number(expected);
  if (rules.looseDoubles) return a === e || Math.abs(a - e) < 0.000001;
  if (!(a === e || Math.abs(a - e) <= 1e-12 * Math.abs(e))) return false;
  if (!rules.exactDoubleText) return true;
  const left = readExactDecimal(actual);
  const right = readExactDecimal(expected);
  return left !== null && right !== null && sameDecimal(left, right);
}

function numbersMatch(actual: ActualNumber, expected: string, rules: NumberRules): boolean {
  if (actual.kind === 'double') return doublesMatch(actual.text, expected, rules);
  const a = readExactDecimal(actual.text);
  const e = readExactDecimal(expected);
  if (a === null || e === null) return false;
  if (actual.kind === 'integer') return sameNumber(a, e);
  if (/^-?\d+$/.test(expected)) return a.scale <= 0 && sameNumber(a, e);
  return sameDecimal(a, e);
}

function stringMatches(actual: Actual, expected: string): boolean {
  if (typeof actual === 'string') return actual === expected;
  if (actual instanceof ActualBytes) return actual.base64 === expected;
  if (!(actual instanceof ActualNumber) || actual.kind === 'integer') return false;
  if (actual.kind === 'double') return actual.text === expected;
  const a = readExactDecimal(actual.text);
  const e = readExactDecimal(expected);
  return a !== null && e !== null && sameDecimal(a, e);
}

function structMatches(actual: Actual, expected: LiteralObject, rules: NumberRules): boolean {
  if (!(actual instanceof ActualStruct) || actual.entries.size !== expected.size) return false;
  for (const [name, item] of expected) {
    // A name that is not there reads as null, as in the original: only the number of entries is checked besides.
    const found = actual.entries.get(name) ?? actual.entries.get(name.toUpperCase()) ?? null;
    if (!valueMatches(found, item, rules)) return false;
  }
  return true;
}

function isActualList(actual: Actual): actual is readonly Actual[] {
  return Array.isArray(actual);
}

/** Whether a decoded value matches the expected JSON. */
export function valueMatches(actual: Actual, expected: LiteralJson, rules: NumberRules): boolean {
  if (expected === null) return actual === null || (actual instanceof ActualBytes && actual.emptyIsNull && actual.base64 === '');
  if (typeof expected === 'boolean') return actual === expected;
  if (typeof expected === 'string') return stringMatches(actual, expected);
  if (expected instanceof JsonNumber) return actual instanceof ActualNumber && numbersMatch(actual, expected.text, rules);
  if (isObject(expected)) return structMatches(actual, expected, rules);
  if (!isList(expected) || !isActualList(actual) || actual.length !== expected.length) return false;
  return expected.every((item, index) => valueMatches(actual[index] ?? null, item, rules));
}

function numberAt(object: LiteralObject, name: string): number | null {
  const value = object.get(name);
  return value instanceof JsonNumber ? Number(value.text) : null;
}

function windowMatches(actual: ActualRecord, expected: LiteralJson | undefined): boolean {
  if (!isObject(expected)) return actual.window === null;
  return (
    actual.window !== null &&
    actual.window.type === expected.get('type') &&
    actual.window.start === numberAt(expected, 'start') &&
    actual.window.end === numberAt(expected, 'end')
  );
}

function headersMatch(actual: ActualRecord, expected: LiteralJson | undefined): boolean {
  const wanted = isList(expected) ? expected : [];
  if (wanted.length !== actual.headers.length) return false;
  return wanted.every((each, index) => {
    const header = actual.headers[index];
    if (!isObject(each) || header === undefined || each.get('key') !== header.key) return false;
    return (each.get('value') ?? null) === header.value;
  });
}

export interface RecordRules {
  readonly key: NumberRules;
  readonly value: NumberRules;
  readonly compareHeaders: boolean;
}

/** Null when the record matches, else what differs. */
export function recordDifference(actual: ActualRecord, expected: ExpectedRecord, rules: RecordRules): string | null {
  if (!windowMatches(actual, expected.get('window'))) return 'window';
  if (!valueMatches(actual.key, expected.get('key') ?? null, rules.key)) return 'key';
  if (!valueMatches(actual.value, expected.get('value') ?? null, rules.value)) return 'value';
  const timestamp = numberAt(expected, 'timestamp');
  if (timestamp !== null && timestamp !== actual.timestamp) return 'timestamp';
  if (rules.compareHeaders && !headersMatch(actual, expected.get('headers'))) return 'headers';
  return null;
}
