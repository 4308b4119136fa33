import { RecordError } from '../../errors/index.js';

/** Names that stand for characters awkward to write in SQL. */
const NAMED_DELIMITERS: ReadonlyMap<string, string> = new Map([['SPACE', ' '], ['TAB', '\t']]);

/** The delimiter character that a property value stands for; a comma by default. */
export function delimiterOf(property: string | undefined): string {
  if (property === undefined) return ',';
  return NAMED_DELIMITERS.get(property.toUpperCase()) ?? property;
}

/**
 * The fields of the first line of a text, by the default rules of Apache Commons CSV: quotes protect delimiters and line
 * ends, doubled quotes are one, blank lines before the first record are skipped. null: there is no record.
 */
export function parseCsvLine(text: string, delimiter: string): string[] | null {
  let at = 0;
  while (at < text.length && (text[at] === '\n' || text[at] === '\r')) at++;
  if (at >= text.length) return null;
  const fields: string[] = [];
  for (;;) {
    const field = text[at] === '"' ? quotedField(text, at, delimiter) : plainField(text, at, delimiter);
    fields.push(field.text);
    if (text[field.end] !== delimiter) return fields;
    at = field.end + 1;
  }
}

interface FieldText {
  readonly text: string;
  /** The place of the delimiter or line end, or the length of the text. */
  readonly end: number;
}

function plainField(text: string, start: number, delimiter: string): FieldText {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return { text: text.slice(start, end), end };
}

function quotedField(text: string, start: number, delimiter: string): FieldText {
  const pieces: string[] = [];
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new RecordError('The record is not valid DELIMITED text: a quoted field is not closed');
    pieces.push(text.slice(at, quote));
    if (text[quote + 1] !== '"') return { text: pieces.join(''), end: afterQuote(text, quote + 1, delimiter) };
    pieces.push('"');
    at = quote + 2;
  }
}

/** Only white space may stand between a closing quote and the delimiter. */
function afterQuote(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') {
    if ((text[at] ?? '').trim() !== '') throw new RecordError('The record is not valid DELIMITED text: characters follow a closing quote');
    at++;
  }
  return at;
}

/**
 * The field as it stands in a line: quoted only where it has to be (Commons CSV's MINIMAL). The first field of a line is
 * quoted unless it starts with a letter or digit, so a leading negative number is.
 */
export function csvField(text: string, delimiter: string, isFirst: boolean): string {
  return needsQuotes(text, delimiter, isFirst) ? `"${text.replaceAll('"', '""')}"` : text;
}

function needsQuotes(text: string, delimiter: string, isFirst: boolean): boolean {
  if (text === '') return isFirst;
  const first = text.charCodeAt(0);
  if (isFirst && !isAsciiAlphanumeric(first)) return true;
  // Up to '#': blanks, quotes, and what other tools take for a comment.
  if (first <= 0x23) return true;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\n' || character === '\r' || character === '"' || character === delimiter) return true;
  }
  return text.charCodeAt(text.length - 1) <= 0x20;
}

function isAsciiAlphanumeric(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x61 && unit <= 0x7a);
}
