import { EvaluationError } from '../../evaluation-error.js';
import { utf8Bytes } from '../bytes/encodings.js';
import { decodeEscapes } from './uri.js';

/** Text as a value of a web form: letters, digits and `.-*_` stay, a space becomes `+`. */
export function encodeForm(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.\-*_]+/g, (part) =>
    Array.from(utf8Bytes(part), (byte) => (byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join(''),
  );
}

export function decodeForm(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new EvaluationError(`'${text}' has an incomplete or illegal escape.`);
  return decodeEscapes(text.replaceAll('+', ' '));
}
