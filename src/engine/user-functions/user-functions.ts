import { RequestError } from '../../errors/index.js';
import { definitionOf, folderModules, loadFolder, toEntries, type FolderFunction, type FoundDefinition, type ReadDefinition } from '../../extension/index.js';
import { builtInFunctions, layerFunctions, type FunctionCatalogue, type FunctionEntry } from '../../functions/index.js';
import type { Settings } from '../config/settings.js';
import type { FunctionDefinition } from './definition.js';
import { readDefinition } from './read-definition.js';

export interface UserFunctionSources {
  /** Entries for the catalogue, which may take the place of built-in ones, and definitions, which may not. */
  readonly given: readonly (FunctionEntry | FunctionDefinition)[];
  readonly settings: Settings;
  /** Look into the folder of `ksql.extension.dir` also where only its default says so. */
  readonly usesDefaultFolder: boolean;
  /** Reads a folder's modules in a thread of their own; null: its functions run in this one. */
  readonly describe: ((folder: string) => Promise<readonly FoundDefinition[]>) | null;
}

export interface UserFunctions {
  readonly catalogue: FunctionCatalogue;
  /** Those whose code is not in this thread: here they are known, and cannot be called. */
  readonly folder: readonly FolderFunction[];
  /** Names of those that the program brought: their code cannot leave this thread. */
  readonly given: ReadonlySet<string>;
}

/** The built-in functions with those of the program and of the folder. Throws RequestError naming file and export of what is wrong. */
export async function userFunctions({ given, settings, usesDefaultFolder, describe }: UserFunctionSources): Promise<UserFunctions> {
  const entries = given.filter((each): each is FunctionEntry => 'variants' in each);
  const definitions = given.filter((each): each is FunctionDefinition => !('variants' in each)).map((each) => readDefinition(each, `Function ${String(each.name)}`));
  const names = new Set([...entries, ...definitions].map((each) => each.name));
  const folder = settings.text('ksql.extension.dir') ?? '';
  const looksThere = settings.flag('ksql.udfs.enabled') && folder !== '' && (usesDefaultFolder || settings.isGiven('ksql.extension.dir'));
  const elsewhere: FolderFunction[] = [];
  if (looksThere && describe === null) definitions.push(...(await loadFolder(folder)).map(({ value, place }) => readDefinition(value, place)));
  if (looksThere && describe !== null && folderModules(folder).length > 0) {
    for (const found of await describe(folder)) {
      const read = readDefinition(definitionOf(found), found.place);
      if (names.has(read.name)) throw new RequestError('BAD_REQUEST', `${read.place}: ${read.name} is a function of the program already`, { hint: 'Give the function another name.' });
      elsewhere.push(folderFunction(read, found));
      // Never folded into a constant here: that would call it.
      definitions.push({ ...read, deterministic: false });
    }
  }
  const extra = [...entries, ...toEntries(definitions)];
  return { catalogue: extra.length === 0 ? builtInFunctions : layerFunctions(builtInFunctions, extra), folder: elsewhere, given: names };
}

function folderFunction({ callbacks, ...facts }: ReadDefinition, { source }: FoundDefinition): FolderFunction {
  return { facts, source, callbacks: [...callbacks.keys()] };
}
