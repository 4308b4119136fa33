import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RecordError } from '../../errors/index.js';
import { isList, isObject, JsonNumber, parseLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';

/** A case as its file gives it; fields are read through the functions below. */
export interface CaseData {
  readonly id: string;
  readonly folder: 'query' | 'rest';
  readonly data: LiteralObject;
}

export function text(object: LiteralObject, name: string): string | null {
  const value = object.get(name);
  return typeof value === 'string' ? value : null;
}

export function number(object: LiteralObject, name: string): number | null {
  const value = object.get(name);
  return value instanceof JsonNumber ? Number(value.text) : null;
}

export function list(object: LiteralObject, name: string): readonly LiteralJson[] {
  const value = object.get(name);
  return isList(value) ? value : [];
}

export function objects(object: LiteralObject, name: string): readonly LiteralObject[] {
  return list(object, name).filter(isObject);
}

export function object(from: LiteralObject, name: string): LiteralObject | null {
  const value = from.get(name);
  return isObject(value) ? value : null;
}

export function texts(from: LiteralObject, name: string): readonly string[] {
  return list(from, name).filter((each): each is string => typeof each === 'string');
}

/** Property values as text, whatever they were written as. */
export function properties(data: LiteralObject): Record<string, string> {
  const given = object(data, 'properties');
  return Object.fromEntries([...(given ?? [])].map(([name, value]) => [name, value instanceof JsonNumber ? value.text : String(value)]));
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((entry) => {
      const path = join(folder, entry);
      if (statSync(path).isDirectory()) return filesBelow(path, ending);
      return path.endsWith(ending) ? [path] : [];
    });
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** All cases of one folder of a case collection; none where the folder does not exist. */
export function readCases(root: string, folder: 'query' | 'rest'): readonly CaseData[] {
  const path = join(root, folder);
  if (!exists(path)) return [];
  return filesBelow(path, '.json').flatMap((file) => {
    const content = parseLiteralJson(readFileSync(file, 'utf8'));
    if (!isObject(content)) throw new RecordError(`${file} does not hold cases`);
    return objects(content, 'cases').map((data) => ({ id: text(data, 'id') ?? file, folder, data }));
  });
}

/** SQL test files: path and text. */
export function readSqlFiles(root: string): readonly { readonly path: string; readonly text: string }[] {
  const folder = join(root, 'sql');
  if (!exists(folder)) return [];
  return filesBelow(folder, '.sql')
    .filter((path) => !path.includes(join(folder, 'scripts')))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
