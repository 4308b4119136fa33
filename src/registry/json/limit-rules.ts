import { numberOf, textOf } from '../json-document.js';
import type { Comparison } from './comparison.js';
import { mapOf } from './json-schema.js';

interface Limit {
  readonly keyword: string;
  /** A limit that is a most may only grow, one that is a least only shrink. */
  readonly is: 'most' | 'least';
  readonly types: readonly string[];
}

const LIMITS: readonly Limit[] = [
  { keyword: 'maxLength', is: 'most', types: ['string'] },
  { keyword: 'minLength', is: 'least', types: ['string'] },
  { keyword: 'maximum', is: 'most', types: ['number', 'integer'] },
  { keyword: 'minimum', is: 'least', types: ['number', 'integer'] },
  { keyword: 'exclusiveMaximum', is: 'most', types: ['number', 'integer'] },
  { keyword: 'exclusiveMinimum', is: 'least', types: ['number', 'integer'] },
  { keyword: 'maxItems', is: 'most', types: ['array'] },
  { keyword: 'minItems', is: 'least', types: ['array'] },
  { keyword: 'maxProperties', is: 'most', types: ['object'] },
  { keyword: 'minProperties', is: 'least', types: ['object'] },
];

/** Limits of numbers, lengths and counts; patterns and multiples. */
export function compareLimits(comparison: Comparison, types: ReadonlySet<string>): void {
  for (const limit of LIMITS) if (limit.types.some((type) => types.has(type))) compareLimit(comparison, limit);
  if (types.has('string')) comparePatterns(comparison);
  if (types.has('number') || types.has('integer')) compareNumbers(comparison);
}

function compareLimit({ reader, writer, place, report }: Comparison, { keyword, is }: Limit): void {
  const now = numberOf(mapOf(reader).get(keyword));
  if (now === null) return;
  const before = numberOf(mapOf(writer).get(keyword));
  const code = keyword.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  const change = is === 'most' ? 'DECREASED' : 'INCREASED';
  if (before === null) report(`${code}_ADDED`, `${place}/${keyword}`, `"${keyword}" was added`);
  else if (is === 'most' ? now < before : now > before) report(`${code}_${change}`, `${place}/${keyword}`, `"${keyword}" was ${before} and is ${now}`);
}

function comparePatterns({ reader, writer, place, report }: Comparison): void {
  const now = textOf(mapOf(reader).get('pattern'));
  const before = textOf(mapOf(writer).get('pattern'));
  if (now === null || now === before) return;
  report(before === null ? 'PATTERN_ADDED' : 'PATTERN_CHANGED', `${place}/pattern`, `"pattern" was ${before === null ? 'added' : 'changed'}`);
}

function compareNumbers({ reader, writer, place, report }: Comparison): void {
  const now = numberOf(mapOf(reader).get('multipleOf'));
  const before = numberOf(mapOf(writer).get('multipleOf'));
  if (now !== null && before === null) report('MULTIPLE_OF_ADDED', `${place}/multipleOf`, '"multipleOf" was added');
  else if (now !== null && before !== null && before % now !== 0) report(before < now ? 'MULTIPLE_OF_EXPANDED' : 'MULTIPLE_OF_CHANGED', `${place}/multipleOf`, `"multipleOf" was ${before} and is ${now}`);
  // In the older drafts these are flags beside the limit.
  for (const keyword of ['exclusiveMaximum', 'exclusiveMinimum']) {
    if (mapOf(reader).get(keyword) === true && mapOf(writer).get(keyword) !== true) report('EXCLUSIVE_LIMIT_ADDED', `${place}/${keyword}`, `"${keyword}" was added`);
  }
}
