import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MillraceError, RequestError } from '../../errors/index.js';
import { moduleUrl } from './module-url.js';
import { isDefinition, readDefinition, type ReadDefinition } from './read-definition.js';
import { typeScriptModule } from './typescript-module.js';

/** The definitions in the modules of a folder (its subfolders are for what modules share); none where there is no such folder. */
export async function loadFolder(folder: string): Promise<readonly ReadDefinition[]> {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) return [];
  const files = readdirSync(root).filter((name) => /^[^._].*\.[cm]?[jt]s$/.test(name) && !/\.(d|test|spec)\.[cm]?[jt]s$/.test(name)).sort();
  const definitions: ReadDefinition[] = [];
  for (const file of files) definitions.push(...(await loadModule(join(root, file))));
  return definitions;
}

async function loadModule(path: string): Promise<readonly ReadDefinition[]> {
  const exported = [...exportsOf(await importModule(path))];
  if (exported.length === 0) throw new RequestError('BAD_REQUEST', `${path} exports no functions`, { hint: 'Export definitions made by defineScalar, defineTable or defineAggregate; move what modules share into a subfolder.' });
  return exported.flatMap(([name, value]) => {
    const place = `${path}, export ${name}`;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((each) => {
      if (isDefinition(each)) return readDefinition(each, place);
      throw new RequestError('BAD_REQUEST', `${place} is no function definition: its kind is none of scalar, table, aggregate`, { hint: 'Make it by defineScalar, defineTable or defineAggregate; move what modules share into a subfolder.' });
    });
  });
}

async function importModule(path: string): Promise<object> {
  try {
    const address = /\.[cm]?ts$/.test(path) ? await typeScriptModule(path) : moduleUrl(path);
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
