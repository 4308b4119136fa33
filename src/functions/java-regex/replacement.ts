import { EvaluationError } from '../evaluation-error.js';
import type { JavaRegex, RegexMatch } from './java-regex.js';

type Part = string | number;

/** A replacement text with `$1`, `${name}` and backslashes, as Java reads it for a pattern. */
export function compileReplacement(replacement: string, regex: JavaRegex): (match: RegexMatch) => string {
  const parts = partsOf(replacement, regex);
  return ({ groups }) => parts.map((part) => (typeof part === 'string' ? part : (groups[part] ?? ''))).join('');
}

function partsOf(text: string, regex: JavaRegex): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < text.length; ) {
    const sign = text.charAt(at);
    if (sign === '\\') {
      if (at + 1 === text.length) throw new EvaluationError('character to be escaped is missing');
      parts.push(text.charAt(at + 1));
      at += 2;
    } else if (sign === '$') {
      const reference = groupReference(text, at + 1, regex);
      parts.push(reference.group);
      at = reference.end;
    } else {
      parts.push(sign);
      at++;
    }
  }
  return parts;
}

function groupReference(text: string, at: number, regex: JavaRegex): { readonly group: number; readonly end: number } {
  const named = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(text.slice(at));
  if (named?.[1] !== undefined) {
    const group = regex.groupNames.get(named[1]);
    if (group === undefined) throw new EvaluationError(`No group with name {${named[1]}}`);
    return { group, end: at + named[0].length };
  }
  if (!/^\d$/.test(text.charAt(at))) throw new EvaluationError('Illegal group reference');
  let group = Number(text.charAt(at));
  if (group > regex.groupCount) throw new EvaluationError(`No group ${group}`);
  let end = at + 1;
  // Further digits belong to the number while there is such a group.
  while (/^\d$/.test(text.charAt(end)) && group * 10 + Number(text.charAt(end)) <= regex.groupCount) {
    group = group * 10 + Number(text.charAt(end));
    end++;
  }
  return { group, end };
}
