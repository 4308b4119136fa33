import { isReservedWord } from './keywords.js';

const BARE = /^(?:[A-Z_][A-Z0-9_@]*|\d[A-Z0-9_@]*[A-Z_@][A-Z0-9_@]*)$/;
// A digit name of this form would read as a number with exponent.
const LIKE_A_NUMBER = /^\d+E\d+$/;

/** A name as it must be written to be read back: in back-quotes unless it is a valid bare name in upper case. */
export function formatIdentifier(name: string): string {
  if (BARE.test(name) && !isReservedWord(name) && !LIKE_A_NUMBER.test(name)) return name;
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string literal. */
export function formatString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name behind a dot: one that begins with a digit would read as the end of a number. */
export function formatMember(name: string): string {
  return /^\d[A-Z0-9_@]*$/.test(name) ? `\`${name}\`` : formatIdentifier(name);
}

/** A name before a bracket, or of a type: ARRAY, MAP and STRUCT mean something else there. */
export function formatPlainName(name: string): string {
  return name === 'ARRAY' || name === 'MAP' || name === 'STRUCT' ? `\`${name}\`` : formatIdentifier(name);
}
