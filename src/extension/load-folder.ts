import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MillraceError, RequestError } from '../errors/index.js';
import type { FunctionSource } from './definition-facts.js';
import { moduleUrl } from './module-url.js';
import { typeScriptModule } from './typescript-module.js';

/** What a module exports as a definition: its form is not looked over yet. */
export interface LoadedDefinition {
  readonly value: { readonly kind: 'scalar' | 'table' | 'aggregate' };
  readonly place: string;
  readonly source: FunctionSource;
}

/** The definitions in the modules of a folder (its subfolders are for what modules share); none where there is no such folder. */
export async function loadFolder(folder: string): Promise<readonly LoadedDefinition[]> {
  const definitions: LoadedDefinition[] = [];
  for (const path of folderModules(folder)) definitions.push(...(await loadModule(path, await addressOf(path))));
  return definitions;
}

/** Whether there is anything to load. */
export function folderModules(folder: string): readonly string[] {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) return [];
  const files = readdirSync(root).filter((name) => /^[^._].*\.[cm]?[jt]s$/.test(name) && !/\.(d|test|spec)\.[cm]?[jt]s$/.test(name)).sort();
  return files.map((file) => join(root, file));
}

/** Whether a value means to be a definition. */
export function isDefinition(value: unknown): value is { readonly kind: 'scalar' | 'table' | 'aggregate' } {
  return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'scalar' || value.kind === 'table' || value.kind === 'aggregate');
}

/** The definitions of one module. Throws RequestError where it cannot be loaded, or exports something else. */
export async function loadModule(path: string, address: string): Promise<readonly LoadedDefinition[]> {
  const exported = [...exportsOf(await importModule(path, address))];
  if (exported.length === 0) throw new RequestError('BAD_REQUEST', `${path} exports no functions`, { hint: 'Export definitions made by defineScalar, defineTable or defineAggregate; move what modules share into a subfolder.' });
  return exported.flatMap(([exportName, value]) => {
    const place = `${path}, export ${exportName}`;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((each, index) => {
      if (isDefinition(each)) return { value: each, place, source: { path, address, exportName, index } };
      throw new RequestError('BAD_REQUEST', `${place} is no function definition: its kind is none of scalar, table, aggregate`, { hint: 'Make it by defineScalar, defineTable or defineAggregate; move what modules share into a subfolder.' });
    });
  });
}

/** What to import for a module: its text as it is now. */
export async function addressOf(path: string): Promise<string> {
  return /\.[cm]?ts$/.test(path) ? typeScriptModule(path) : moduleUrl(path);
}

async function importModule(path: string, address: string): Promise<object> {
  try {
    const loaded: unknown = await import(address);
    return typeof loaded === 'object' && loaded !== null ? loaded : {};
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause;
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    throw new RequestError('BAD_REQUEST', `${path} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      ...(missing ? { hint: "Install the package beside the module (npm install). For functions alone none is needed: export objects with kind: 'scalar', 'table' or 'aggregate'." } : {}),
    });
  }
}

// CommonJS modules have their exports as the default, and again by name.
function exportsOf(loaded: object): ReadonlyMap<string, unknown> {
  const named = new Map<string, unknown>(Object.entries(loaded));
  named.delete('module.exports');
  named.delete('__esModule');
  const main = named.get('default');
  if (typeof main !== 'object' || main === null || Array.isArray(main) || isDefinition(main)) return named;
  named.delete('default');
  return new Map([...Object.entries(main), ...named]);
}
