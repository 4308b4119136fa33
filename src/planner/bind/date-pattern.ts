import { BindError } from '../../errors/index.js';
import { PREPARE } from './located.js';

/** Letters with a meaning in a Java date-time pattern. */
const LETTERS = 'GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp';

/** Refuses a TIMESTAMP_FORMAT that no date could match: unknown letters, an open quote, reserved signs. */
export function checkDatePattern(pattern: string): void {
  const refuse = (reason: string): never => {
    throw new BindError(`${PREPARE}Invalid datetime format for config:TIMESTAMP_FORMAT, reason:${reason}`, { hint: "Write a pattern of Java's DateTimeFormatter, such as yyyy-MM-dd HH:mm:ss." });
  };
  let quoted = false;
  for (const sign of pattern) {
    if (sign === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (/[A-Za-z]/.test(sign) && !LETTERS.includes(sign)) refuse(`Unknown pattern letter: ${sign}`);
    else if ('{}#'.includes(sign)) refuse(`Pattern includes reserved character: '${sign}'`);
  }
  if (quoted) refuse(`Pattern ends with an incomplete string literal: ${pattern}`);
}
