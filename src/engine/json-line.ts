/** JSON whose long numbers keep their digits: they come as `LongNumber`. */
export class LongNumber {
  constructor(readonly text: string) {}
}
export type JsonLine = null | boolean | number | string | LongNumber | readonly JsonLine[] | { readonly [name: string]: JsonLine };

const MARK = '\u0000number:';
/** A string, or a number with more digits than a double holds. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{15,}/g;

function restored(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(MARK) ? new LongNumber(value.slice(MARK.length)) : value;
}

/** Parses one JSON text; throws SyntaxError. */
export function parseJsonLine(text: string): JsonLine {
  // The reviver gives LongNumber in place of marked strings; everything else is JSON.
  if (!/\d{16}|\d\.\d{14}/.test(text)) return JSON.parse(text) as JsonLine;
  const marked = text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"\\u0000number:${token}"`));
  return JSON.parse(marked, restored) as JsonLine;
}
