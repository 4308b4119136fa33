import { decimalToScientificText, decimalToText, parseDecimalText } from '../../../types/index.js';
import { EvaluationError } from '../../evaluation-error.js';
import { isArray, isObject, JsonNumber, type JsonValue } from './json-value.js';

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'], ['\\', '\\\\'], ['\b', '\\b'], ['\t', '\\t'], ['\n', '\\n'], ['\f', '\\f'], ['\r', '\\r'],
]);

/** Quote, backslash and all below the space. */
const ESCAPED = /[^ !#-[\]-\uffff]/g;

/** A JSON string; only what must be is escaped. */
export function quoteJson(text: string): string {
  return `"${text.replaceAll(ESCAPED, (letter) => SHORT_ESCAPES.get(letter) ?? `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`;
}

/** How numbers with an exponent show: with their digits written out, or as Java's BigDecimal shows them. */
export type NumberNotation = 'plain' | 'scientific';

/** Compact JSON. */
export function jsonText(value: JsonValue, notation: NumberNotation): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoteJson(value);
  if (value instanceof JsonNumber) return numberText(value, notation);
  if (isObject(value)) return `{${Array.from(value, ([name, item]) => `${quoteJson(name)}:${jsonText(item, notation)}`).join(',')}}`;
  return isArray(value) ? `[${value.map((item) => jsonText(item, notation)).join(',')}]` : '';
}

const MAX_PLAIN_DIGITS = 10_000;

function numberText(number: JsonNumber, notation: NumberNotation): string {
  if (number.isInteger) return number.text === '-0' ? '0' : number.text;
  const parsed = parseDecimalText(number.text);
  if (parsed === null) return number.text;
  if (notation === 'scientific') return decimalToScientificText(parsed.unscaled, parsed.scale);
  if (Math.abs(parsed.scale) > MAX_PLAIN_DIGITS) throw new EvaluationError(`The number ${number.text} is too long to be written out.`);
  return decimalToText(parsed.unscaled, parsed.scale);
}
