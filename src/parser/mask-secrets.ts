import type { IToken } from 'chevrotain';
import { scan } from './scan.js';
import * as t from './tokens.js';

/** Names of settings whose values nobody should read in a log. A bare `key` is too common a column to be one. */
const SECRET_NAME = /pass(?:word|wd|phrase)|secret|token|credential|jaas\.config|private[._-]?key|api[._-]?key|access[._-]?key|[._-]key$|user\.?info/i;
/** Property names of sources that hold the word "key" and no secret. */
const HARMLESS_NAME = /^(?:key_format|key_delimiter|key_schema_id|key_schema_full_name)$|key\.(?:converter|serializer|deserializer)|format\.key$/i;
const MASK = "'[string]'";
const USER_INFO = /(\w+:\/\/)[^/\s'@]+@/g;
const SECRET_PARAMETER = /((?:password|passwd|pwd|secret|token|api_?key|access_?key)=)[^&;\s']+/gi;

/** Whether the value of a setting with this name is nobody's to read. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
}

/** A value with the passwords inside it replaced: those of URLs and of their parameters. */
export function maskInside(value: string): string {
  return value.replace(USER_INFO, '$1[hidden]@').replace(SECRET_PARAMETER, '$1[hidden]');
}

/**
 * The text with the values of secret-looking settings replaced: `'password' = 'x'` in WITH, SET and everywhere else. Also user names
 * and passwords inside URLs. Works on text that does not parse.
 */
export function maskSecrets(text: string): string {
  const tokens = scan(text);
  let masked = '';
  let at = 0;
  tokens.forEach((token, index) => {
    if (token.tokenType !== t.StringValue && token.tokenType !== t.OpenString) return;
    const replacement = isSecretValue(tokens, index) ? MASK : maskInside(token.image);
    masked += text.slice(at, token.startOffset) + replacement;
    at = token.startOffset + token.image.length;
  });
  return masked + text.slice(at);
}

function isSecretValue(tokens: readonly IToken[], index: number): boolean {
  const name = tokens[index - 2];
  if (name === undefined || tokens[index - 1]?.tokenType !== t.Equal) return false;
  return isSecretName(name.image.replace(/^['"`]|['"`]$/g, ''));
}
