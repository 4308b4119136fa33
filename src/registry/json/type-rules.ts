import { canonicalJson, isList, textsOf, type JsonDocument } from '../json-document.js';
import type { Comparison } from './comparison.js';
import { mapOf, type JsonNode } from './json-schema.js';

const ALL_TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] as const;

function valuesOf(node: JsonNode): readonly JsonDocument[] | null {
  const schema = mapOf(node);
  const list = schema.get('enum');
  const only = schema.get('const');
  return isList(list) ? list : only === undefined ? null : [only];
}

function typeOfValue(value: JsonDocument): string {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'object' ? 'object' : typeof value;
}

// Without a type the listed values tell; without values the keywords that only one type has.
function typesOf(node: JsonNode): ReadonlySet<string> | null {
  const type = mapOf(node).get('type');
  if (typeof type === 'string') return new Set([type]);
  if (isList(type)) return new Set(textsOf(type));
  const values = valuesOf(node);
  return values === null ? null : new Set(values.map(typeOfValue));
}

/** Types and listed values. Gives the types that both sides know, or null where their parts need no look. */
export function compareTypes(comparison: Comparison): ReadonlySet<string> | null {
  const { reader, writer, place, report } = comparison;
  const readable = typesOf(reader);
  const written = typesOf(writer) ?? new Set(ALL_TYPES);
  const lost = readable === null ? [] : [...written].filter((type) => !readable.has(type) && !(type === 'integer' && readable.has('number')));
  if (readable !== null && lost.length > 0) {
    const kept = lost.length < written.size;
    report(kept ? 'TYPE_NARROWED' : 'TYPE_CHANGED', `${place}/type`, `The type was ${[...written].join(', ')} and is ${[...readable].join(', ')}`);
    if (!kept) return null;
  }
  compareValues(comparison);
  return new Set([...written].filter((type) => !lost.includes(type)));
}

function compareValues({ reader, writer, place, report }: Comparison): void {
  const accepted = valuesOf(reader);
  if (accepted === null) return;
  const before = valuesOf(writer);
  const known = new Set(accepted.map(canonicalJson));
  const missing = (before ?? []).map(canonicalJson).filter((value) => !known.has(value));
  if (before === null) report('ENUM_ARRAY_CHANGED', `${place}/enum`, 'Any value was accepted, now only listed ones are');
  else if (missing.length > 0) report('ENUM_ARRAY_NARROWED', `${place}/enum`, `The values ${missing.join(', ').replaceAll("'", '’')} are missing`);
}
