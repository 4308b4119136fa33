import { enableMapSet, produce } from 'immer';
import { assert, assertNever } from '../errors/index.js';
import type { CatalogChange } from './change.js';
import type { Catalog } from './catalog.js';

enableMapSet();

/** The catalog after one change. The given catalog stays as it is; nothing but what changed is copied. */
export function applyChange(catalog: Catalog, change: CatalogChange): Catalog {
  switch (change.kind) {
    case 'putSource':
      return withMap(catalog, 'sources', (sources) => sources.set(change.source.name, change.source));
    case 'dropSource':
      assert(catalog.sources.has(change.name), `source ${change.name} exists when dropped`);
      return withMap(catalog, 'sources', (sources) => sources.delete(change.name));
    case 'putQuery':
      return withMap(catalog, 'queries', (queries) => queries.set(change.query.id, change.query));
    case 'removeQuery':
      assert(catalog.queries.has(change.id), `query ${change.id} exists when removed`);
      return withMap(catalog, 'queries', (queries) => queries.delete(change.id));
    case 'setPaused':
      return setPaused(catalog, change.id, change.paused);
    case 'putType':
      return withMap(catalog, 'types', (types) => types.set(change.name, change.type));
    case 'dropType':
      assert(catalog.types.has(change.name), `type ${change.name} exists when dropped`);
      return withMap(catalog, 'types', (types) => types.delete(change.name));
    default:
      return assertNever(change);
  }
}

/** The catalog after all changes, in order. */
export function applyChanges(catalog: Catalog, changes: readonly CatalogChange[]): Catalog {
  return changes.reduce(applyChange, catalog);
}

function setPaused(catalog: Catalog, id: string, paused: boolean): Catalog {
  const query = catalog.queries.get(id);
  assert(query !== undefined, `query ${id} exists when paused or resumed`);
  return withMap(catalog, 'queries', (queries) => queries.set(id, { ...query, paused }));
}

type Member<K extends keyof Catalog> = Catalog[K] extends ReadonlyMap<string, infer V> ? V : never;

/** Edits one of the three maps on a copy. Values are replaced as a whole and never edited, so no draft reaches into them. */
function withMap<K extends keyof Catalog>(catalog: Catalog, name: K, edit: (map: Map<string, Member<K>>) => unknown): Catalog {
  return produce(catalog, (draft) => {
    // The draft of a ReadonlyMap is a mutable map over the same values; they are only put and removed whole.
    edit(draft[name] as unknown as Map<string, Member<K>>);
  });
}
