import { RequestError } from '../errors/index.js';

/** Anything that came as JSON. Looked at through the readers below only. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

function bad(message: string): never {
  throw new RequestError('BAD_REQUEST', message);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses one JSON object; deep nesting and anything else is refused. No body at all is answered as ksqlDB does: 50000. */
export function parseBody(text: string): JsonObject {
  if (tooDeep(text)) bad('Could not parse the request body: it is nested too deeply');
  if (text.trim() === '') throw new RequestError('SERVER', 'The request has no body');
  let value: Json;
  try {
    // JSON.parse gives exactly this type.
    value = JSON.parse(text) as Json;
  } catch {
    bad('Could not parse the request body as JSON');
  }
  if (value === null) throw new RequestError('SERVER', 'The request body is null');
  if (!isJsonObject(value)) bad('The request body must be a JSON object');
  return value;
}

const MAX_DEPTH = 100;

function tooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (inString) {
      if (character === 0x5c) index += 1;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
  return false;
}

/** A field of its own, never one that an object has by nature. */
export function field(body: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}

export function stringField(body: JsonObject, name: string): string | undefined {
  const value = field(body, name);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : bad(`${name} must be a string`);
}

export function integerField(body: JsonObject, name: string): number | undefined {
  const value = field(body, name);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' && Number.isInteger(value) ? value : bad(`${name} must be an integer`);
}

export function listField(body: JsonObject, name: string): readonly string[] {
  const value = field(body, name);
  if (value === undefined || value === null) return [];
  const items: readonly Json[] = Array.isArray(value) ? value : bad(`${name} must be an array`);
  return items.map((item) => (typeof item === 'string' ? item : bad(`${name} must hold strings`)));
}

/** Indexes from 0. */
export function indexesOf(body: JsonObject, name: string): readonly number[] {
  const value = field(body, name);
  const items: readonly Json[] = Array.isArray(value) ? value : bad(`${name} must be an array`);
  return items.map((item) => (typeof item === 'number' && Number.isSafeInteger(item) && item >= 0 ? item : bad(`${name} must hold whole numbers`)));
}

const NO_PROPERTIES: Readonly<Record<string, never>> = Object.freeze({});

/** Property values: strings, numbers and booleans. A null is answered as ksqlDB does: 50000. */
export function propertiesField(body: JsonObject, name: string): Readonly<Record<string, string | number | boolean>> {
  const value = field(body, name);
  if (value === undefined || value === null) return NO_PROPERTIES;
  if (!isJsonObject(value)) return bad(`${name} must be an object`);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (each === null) throw new RequestError('SERVER', `${name}.${key} is null`, { hint: 'Leave the property out instead.' });
      if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean') return [key, each] as const;
      return bad(`${name}.${key} must be a string, a number or a boolean`);
    }),
  );
}

export function variablesField(body: JsonObject, name: string): Readonly<Record<string, string>> {
  const values = propertiesField(body, name);
  return values === NO_PROPERTIES ? NO_PROPERTIES : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
}
