import { parseDecimalText } from '../../types/index.js';
import { expectComma, skipColon, skipSpace, skipString, skipValue } from './scan.js';
import { HAS_ESCAPE, type JsonSource } from './source.js';

/** The text between the quotes of a string that was scanned with these flags. Invalid UTF-8 becomes U+FFFD, as in Java. */
export function decodeString(source: JsonSource, start: number, end: number, flags: number): string {
  if (flags === 0) return source.strings.ascii(source.bytes, start, end);
  const text = source.bytes.utf8Slice(start, end);
  // The string was scanned: JSON.parse resolves its escapes and cannot fail.
  return (flags & HAS_ESCAPE) === 0 ? text : unescape(text);
}

function unescape(text: string): string {
  const parsed: unknown = JSON.parse(`"${text}"`);
  return String(parsed);
}

/** A STRING column takes any checked value: text, digits as written, `true`, compact JSON of an object, `[a, b]` of an array. */
export function textOfValue(source: JsonSource, at: number): string {
  switch (source.bytes[at]) {
    case 0x22: {
      const end = skipString(source, at + 1);
      return decodeString(source, at + 1, end - 1, source.flags);
    }
    case 0x7b: return compactText(source, at);
    case 0x5b: return arrayText(source, at);
    default: return scalarText(source, at);
  }
}

function scalarText(source: JsonSource, at: number): string {
  const text = source.bytes.latin1Slice(at, skipValue(source, at, 0));
  if (text === '-0') return '0';
  return /[.eE]/.test(text) ? bigDecimalText(text) : text;
}

function arrayText(source: JsonSource, from: number): string {
  const items: string[] = [];
  let at = skipSpace(source, from + 1);
  while (source.bytes[at] !== 0x5d) {
    items.push(textOfValue(source, at));
    at = skipSpace(source, skipValue(source, at, 0));
    if (source.bytes[at] !== 0x5d) at = skipSpace(source, expectComma(source, at));
  }
  return `[${items.join(', ')}]`;
}

/** JSON without white space; strings lose needless escapes, numbers keep their digits, of repeated names the last value wins. */
function compactText(source: JsonSource, at: number): string {
  switch (source.bytes[at]) {
    case 0x22: {
      const end = skipString(source, at + 1);
      return quoteJson(decodeString(source, at + 1, end - 1, source.flags));
    }
    case 0x7b: return compactObject(source, at);
    case 0x5b: return compactArray(source, at);
    default: return scalarText(source, at);
  }
}

function compactObject(source: JsonSource, from: number): string {
  const fields = new Map<string, string>();
  let at = skipSpace(source, from + 1);
  while (source.bytes[at] !== 0x7d) {
    const nameEnd = skipString(source, at + 1);
    const name = decodeString(source, at + 1, nameEnd - 1, source.flags);
    at = skipColon(source, nameEnd);
    fields.set(name, compactText(source, at));
    at = skipSpace(source, skipValue(source, at, 0));
    if (source.bytes[at] !== 0x7d) at = skipSpace(source, expectComma(source, at));
  }
  return `{${[...fields].map(([name, value]) => `${quoteJson(name)}:${value}`).join(',')}}`;
}

function compactArray(source: JsonSource, from: number): string {
  const items: string[] = [];
  let at = skipSpace(source, from + 1);
  while (source.bytes[at] !== 0x5d) {
    items.push(compactText(source, at));
    at = skipSpace(source, skipValue(source, at, 0));
    if (source.bytes[at] !== 0x5d) at = skipSpace(source, expectComma(source, at));
  }
  return `[${items.join(',')}]`;
}

/** A JSON string literal with Jackson's escapes: of everything but the plain ranges, which leave out controls, quote and backslash. */
export function quoteJson(text: string): string {
  return `"${text.replace(ESCAPED, escapeCharacter)}"`;
}

/** Controls, quote and backslash lie outside the plain ranges; halves of surrogate pairs have no bytes in UTF-8. */
const NEEDS_ESCAPE = /[^ !#-[\]-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const ESCAPED = new RegExp(NEEDS_ESCAPE, 'g');

export function needsEscapes(text: string): boolean {
  return NEEDS_ESCAPE.test(text);
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'], ['\\', '\\\\'], ['\b', '\\b'], ['\t', '\\t'], ['\n', '\\n'], ['\f', '\\f'], ['\r', '\\r'],
]);

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  return short ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Java's `BigDecimal.toString`: the digits as written; an exponent stays one when it is positive or the value is tiny. */
export function bigDecimalText(text: string): string {
  const parsed = parseDecimalText(text);
  if (parsed === null) return text;
  const { unscaled, scale } = parsed;
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const adjusted = digits.length - 1 - scale;
  if (scale === 0) return sign + digits;
  if (scale > 0 && adjusted >= -6) {
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
  return adjusted === 0 ? sign + mantissa : `${sign}${mantissa}E${adjusted > 0 ? '+' : ''}${adjusted}`;
}
