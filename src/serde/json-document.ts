/** JSON of a schema as data. Objects are Maps: names in schemas are users' names and never become property names. */
export type JsonDocument = null | boolean | number | string | readonly JsonDocument[] | ReadonlyMap<string, JsonDocument>;

export function parseJsonDocument(text: string): JsonDocument {
  const parsed: unknown = JSON.parse(text);
  return toDocument(parsed);
}

function toDocument(value: unknown): JsonDocument {
  if (Array.isArray(value)) return value.map(toDocument);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, entry]) => [name, toDocument(entry)] as const));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

export function isObject(value: JsonDocument | undefined): value is ReadonlyMap<string, JsonDocument> {
  return value instanceof Map;
}
export function isList(value: JsonDocument | undefined): value is readonly JsonDocument[] {
  return Array.isArray(value);
}
export function textOf(value: JsonDocument | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
export function numberIn(value: JsonDocument | undefined): number | null {
  return typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : null;
}
