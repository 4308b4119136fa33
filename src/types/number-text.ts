import { canonicalLong } from './long.js';
import type { Long } from './value.js';

const WHOLE = /^[+-]?\d+$/;
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

/** Java's `Long.parseLong`: sign and digits only, in range; else null. White space is not accepted. */
export function textToLong(text: string): Long | null {
  if (!WHOLE.test(text)) return null;
  if (text.length <= 15) return Number(text) + 0;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value > LONG_MAX || value < LONG_MIN ? null : canonicalLong(value);
}

/** Java's `Integer.parseInt`. */
export function textToInteger(text: string): number | null {
  const value = textToLong(text);
  return typeof value === 'number' && value === (value | 0) ? value : null;
}

const DECIMAL_DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?$/;
const HEX_DOUBLE = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[dDfF]?$/;
const NAMED_DOUBLE = /^([+-]?)(NaN|Infinity)$/;

/** Java's `Double.parseDouble`: also `NaN`, `Infinity`, hexadecimal doubles, a type suffix, and white space around; else null. */
export function textToDouble(text: string): number | null {
  const trimmed = trimJava(text);
  if (DECIMAL_DOUBLE.test(trimmed)) return Number(/[dDfF]$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed);
  const named = NAMED_DOUBLE.exec(trimmed);
  if (named !== null) return named[2] === 'NaN' ? NaN : named[1] === '-' ? -Infinity : Infinity;
  const hex = HEX_DOUBLE.exec(trimmed);
  if (hex === null) return null;
  const [, sign, whole = '', fraction = '', exponent] = hex;
  if (whole === '' && fraction === '') return null;
  const digits = BigInt(`0x0${whole}${fraction}`);
  const value = scaleByPowerOfTwo(digits, Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** digits · 2^exponent, rounded once for digits that fit a double (longer ones round first). */
function scaleByPowerOfTwo(digits: bigint, exponent: number): number {
  let value = Number(digits);
  let left = Math.max(-5000, Math.min(5000, exponent));
  while (left > 0 && Number.isFinite(value)) {
    const step = Math.min(left, 1000);
    value *= 2 ** step;
    left -= step;
  }
  while (left < 0 && value !== 0) {
    const step = Math.min(-left, 1000);
    value /= 2 ** step;
    left += step;
  }
  return value;
}

/** Java's `String.trim`: removes characters up to the space at both ends. */
export function trimJava(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

const BASE64 = /^([A-Za-z0-9+/]*)(={0,2})$/;

/** Java's basic Base64 decoder: padding may be left out but not be wrong; null for any other character. */
export function textToBytes(text: string): Uint8Array | null {
  const match = BASE64.exec(text);
  if (match === null) return null;
  const [, data = '', padding = ''] = match;
  if (data.length % 4 === 1) return null;
  if (padding !== '' && (data.length + padding.length) % 4 !== 0) return null;
  return new Uint8Array(Buffer.from(data, 'base64'));
}

/** Base64 with padding. */
export function bytesToText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
