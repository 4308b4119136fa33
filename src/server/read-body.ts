import { RequestError } from '../errors/index.js';

/** Anything that came as JSON. Looked at through the readers below only. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function bad(message: string): never {
  throw new RequestError('BAD_REQUEST', message);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a request body; deep nesting and anything but an object is refused. */
export function parseBody(text: string): { readonly [name: string]: Json } {
  if (/[[{]/.test(text) && tooDeep(text)) bad('Could not parse the request body: it is nested too deeply');
  let value: Json;
  try {
    // JSON.parse gives exactly this type.
    value = JSON.parse(text) as Json;
  } catch {
    bad('Could not parse the request body as JSON');
  }
  if (!isObject(value)) bad('The request body must be a JSON object');
  return value;
}

const MAX_DEPTH = 100;

function tooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}

function field(body: { readonly [name: string]: Json }, name: string): Json | undefined {
  return Object.hasOwn(body, name) ? body[name] : undefined;
}

export function stringField(body: { readonly [name: string]: Json }, name: string): string | undefined {
  const value = field(body, name);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : bad(`${name} must be a string`);
}

export function numberField(body: { readonly [name: string]: Json }, name: string): number | undefined {
  const value = field(body, name);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : bad(`${name} must be a number`);
}

/** Property values: strings, numbers and booleans. */
export function propertiesField(body: { readonly [name: string]: Json }, name: string): Readonly<Record<string, string | number | boolean>> {
  const value = field(body, name);
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return bad(`${name} must be an object`);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean') return [key, each] as const;
      return bad(`${name}.${key} must be a string, a number or a boolean`);
    }),
  );
}

export function variablesField(body: { readonly [name: string]: Json }, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(propertiesField(body, name)).map(([key, value]) => [key, String(value)]));
}
