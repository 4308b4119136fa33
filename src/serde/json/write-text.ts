import type { ByteSink } from '../format.js';
import { decimalToText, doubleToText, type Long } from '../../types/index.js';
import { needsEscapes, quoteJson } from './text.js';

// Writers of one piece each. They reserve what they need and move `sink.position`.

/** Digits of any INTEGER or BIGINT. */
export function putWhole(sink: ByteSink, value: Long): void {
  sink.reserve(24);
  if (typeof value === 'number' && value >= 0 && value <= 999_999_999) putDigits(sink, value);
  else if (typeof value === 'number' && value > 0) {
    // Two halves in 32-bit arithmetic; the lower one keeps its zeros.
    const high = Math.floor(value / 1_000_000_000);
    if (high > 999_999_999) putAscii(sink, value.toString());
    else {
      putDigits(sink, high);
      putNineDigits(sink, value - high * 1_000_000_000);
    }
  } else putAscii(sink, value.toString());
}

function digitCount(value: number): number {
  if (value < 100_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  return value < 10_000_000 ? (value < 1_000_000 ? 6 : 7) : value < 100_000_000 ? 8 : 9;
}

function putDigits(sink: ByteSink, value: number): void {
  const { buffer } = sink;
  let rest = value | 0;
  const next = sink.position + digitCount(rest);
  sink.position = next;
  let at = next;
  do {
    const tenth = (rest / 10) | 0;
    buffer[--at] = 48 + rest - tenth * 10;
    rest = tenth;
  } while (rest > 0);
}

function putNineDigits(sink: ByteSink, value: number): void {
  const { buffer } = sink;
  let rest = value | 0;
  for (let at = sink.position + 8; at >= sink.position; at--) {
    const tenth = (rest / 10) | 0;
    buffer[at] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  sink.position += 9;
}

/** Short text known to be ASCII. */
export function putAscii(sink: ByteSink, text: string): void {
  sink.reserve(text.length);
  const { buffer, position } = sink;
  for (let at = 0; at < text.length; at++) buffer[position + at] = text.charCodeAt(at);
  sink.position = position + text.length;
}

/** As Java prints it; what JSON has no number for becomes a string. */
export function putDouble(sink: ByteSink, value: number): void {
  if (Number.isInteger(value) && value > 0 && value < 10_000_000) {
    sink.reserve(12);
    putDigits(sink, value);
    sink.buffer[sink.position++] = 0x2e;
    sink.buffer[sink.position++] = 0x30;
  } else if (Number.isFinite(value)) putAscii(sink, doubleToText(value));
  else putAscii(sink, `"${doubleToText(value)}"`);
}

/** Plain notation with all digits of the scale. */
export function putDecimal(sink: ByteSink, unscaled: Long, scale: number): void {
  if (scale === 0) putWhole(sink, unscaled);
  else putAscii(sink, decimalToText(unscaled, scale));
}

/** Longest text written character by character; longer ones are cheaper as one native call. */
const MAX_BY_CHARACTER = 48;

/** A JSON string. Escapes quote, backslash and control characters, as Jackson does, and nothing else. */
export function putString(sink: ByteSink, text: string): void {
  const { length } = text;
  if (length > MAX_BY_CHARACTER) {
    putLongString(sink, text);
    return;
  }
  sink.reserve(length + 2);
  const { buffer, position } = sink;
  buffer[position] = 0x22;
  let at = 0;
  for (; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80 || unit < 0x20 || unit === 0x22 || unit === 0x5c) break;
    buffer[position + 1 + at] = unit;
  }
  if (at < length) {
    putLongString(sink, text);
    return;
  }
  buffer[position + 1 + length] = 0x22;
  sink.position = position + length + 2;
}

function putLongString(sink: ByteSink, text: string): void {
  const isPlain = !needsEscapes(text);
  const body = isPlain ? text : quoteJson(text);
  sink.reserve(body.length * 3 + 2);
  if (isPlain) sink.buffer[sink.position++] = 0x22;
  sink.position += sink.buffer.write(body, sink.position, 'utf8');
  if (isPlain) sink.buffer[sink.position++] = 0x22;
}

/** Constant bytes, such as `,"NAME":`. */
export function putBytes(sink: ByteSink, bytes: Uint8Array): void {
  const { length } = bytes;
  sink.reserve(length);
  const { buffer, position } = sink;
  if (length > 32) buffer.set(bytes, position);
  else for (let at = 0; at < length; at++) buffer[position + at] = bytes[at] ?? 0;
  sink.position = position + length;
}
