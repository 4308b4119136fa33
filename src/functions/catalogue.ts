import { assert } from '../errors/index.js';
import type { FunctionCatalogue, FunctionEntry } from './entry.js';
import { arrayLength } from './scalar/array/array-length.js';
import { coalesce } from './scalar/conditional/coalesce.js';

/** Every built-in function, sorted by name. */
const ENTRIES: readonly FunctionEntry[] = [
  arrayLength,
  coalesce,
];

function catalogueOf(entries: readonly FunctionEntry[]): FunctionCatalogue {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  assert(byName.size === entries.length, 'function names are unique');
  return { find: (name) => byName.get(name.toUpperCase()) ?? null, list: () => entries };
}

export const builtInFunctions: FunctionCatalogue = catalogueOf(ENTRIES);

/** Adds functions to a catalogue; one of the same name takes the place of the one below. */
export function layerFunctions(base: FunctionCatalogue, extra: readonly FunctionEntry[]): FunctionCatalogue {
  const added = new Set(extra.map((entry) => entry.name));
  const kept = base.list().filter((entry) => !added.has(entry.name));
  return catalogueOf([...kept, ...extra].toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}
