import { invalidSchema } from './registry-error.js';

/** JSON of a schema as data. Objects are Maps: names in schemas are users' names and never become property names. */
export type JsonDocument = null | boolean | number | string | readonly JsonDocument[] | JsonMap;
export type JsonMap = ReadonlyMap<string, JsonDocument>;

const MAX_DEPTH = 200;

/** Throws RegistryError 42201 for what is no JSON. */
export function parseJson(text: string): JsonDocument {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalidSchema(`it is not JSON: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
  return toDocument(parsed, 0);
}

function toDocument(value: unknown, depth: number): JsonDocument {
  if (depth > MAX_DEPTH) throw invalidSchema(`it is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => toDocument(item, depth + 1));
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([name, entry]) => [name, toDocument(entry, depth + 1)] as const));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

export const isMap = (value: JsonDocument | undefined): value is JsonMap => value instanceof Map;
export const isList = (value: JsonDocument | undefined): value is readonly JsonDocument[] => Array.isArray(value);
export const textOf = (value: JsonDocument | undefined): string | null => (typeof value === 'string' ? value : null);
export const numberOf = (value: JsonDocument | undefined): number | null => (typeof value === 'number' ? value : null);
export const textsOf = (value: JsonDocument | undefined): readonly string[] => (isList(value) ? value.filter((each) => typeof each === 'string') : []);

/** Equal documents have equal texts, whatever the order of their names. */
export function canonicalJson(value: JsonDocument): string {
  if (isMap(value)) return `{${[...value].map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).sort().join(',')}}`;
  return isList(value) ? `[${value.map(canonicalJson).join(',')}]` : JSON.stringify(value);
}
