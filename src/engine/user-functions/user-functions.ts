import { builtInFunctions, layerFunctions, type FunctionCatalogue, type FunctionEntry } from '../../functions/index.js';
import type { Settings } from '../config/settings.js';
import type { FunctionDefinition } from './definition.js';
import { loadFolder } from './load-folder.js';
import { readDefinition, type ReadDefinition } from './read-definition.js';
import { toEntries } from './to-entry.js';

export interface UserFunctionSources {
  /** Entries for the catalogue, which may take the place of built-in ones, and definitions, which may not. */
  readonly given: readonly (FunctionEntry | FunctionDefinition)[];
  readonly settings: Settings;
  /** Look into the folder of `ksql.extension.dir` also where only its default says so. */
  readonly usesDefaultFolder: boolean;
}

/** The built-in functions with those of the program and of the folder. Throws RequestError naming file and export of what is wrong. */
export async function functionCatalogue({ given, settings, usesDefaultFolder }: UserFunctionSources): Promise<FunctionCatalogue> {
  const entries = given.filter((each): each is FunctionEntry => 'variants' in each);
  const definitions: ReadDefinition[] = given.filter((each): each is FunctionDefinition => !('variants' in each)).map((each) => readDefinition(each, `Function ${String(each.name)}`));
  const folder = settings.text('ksql.extension.dir') ?? '';
  const looksThere = settings.flag('ksql.udfs.enabled') && folder !== '' && (usesDefaultFolder || settings.isGiven('ksql.extension.dir'));
  if (looksThere) definitions.push(...(await loadFolder(folder)));
  const extra = [...entries, ...toEntries(definitions)];
  return extra.length === 0 ? builtInFunctions : layerFunctions(builtInFunctions, extra);
}
