import { bytesToText, textToBytes } from '../../../types/index.js';
import { EvaluationError } from '../../evaluation-error.js';

export type Encoding = 'hex' | 'utf8' | 'ascii' | 'base64';
const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([['hex', 'hex'], ['utf8', 'utf8'], ['ascii', 'ascii'], ['base64', 'base64']]);

/** The encoding of a name in any case; null when there is none. */
export const encodingOf = (name: string): Encoding | null => ENCODINGS.get(name.toLowerCase()) ?? null;

export function requireEncoding(name: string): Encoding {
  const encoding = encodingOf(name);
  if (encoding === null) throw new EvaluationError(`Unknown encoding type '${name}'. Supported formats are 'hex', 'utf8', 'ascii', and 'base64'.`);
  return encoding;
}

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** As in Java, half a character becomes a question mark. */
export function utf8Bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(SURROGATE.test(text) ? text.replaceAll(LONE_SURROGATE, '?') : text, 'utf8'));
}

export const utf8Text = (bytes: Uint8Array): string => view(bytes).toString('utf8');
export const hexText = (bytes: Uint8Array): string => view(bytes).toString('hex');

/** Characters outside ASCII become a question mark; one such mark for each. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => (character.charCodeAt(0) < 128 ? character.charCodeAt(0) : 0x3f));
}
export const asciiText = (bytes: Uint8Array): string => view(bytes).toString('latin1').replaceAll(/[\u0080-\u00ff]/g, '\ufffd');

/** Plain hexadecimal digits, an even number of them. */
export function hexBytes(text: string): Uint8Array {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new EvaluationError(`'${text}' is not hexadecimal text.`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function base64Bytes(text: string): Uint8Array {
  const bytes = textToBytes(text);
  if (bytes === null) throw new EvaluationError(`'${text}' is not base64 text.`);
  return bytes;
}

export const base64Text = bytesToText;
