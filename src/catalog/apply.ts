import { castDraft, enableMapSet, produce } from 'immer';
import { assert, assertNever } from '../errors/index.js';
import type { Catalog } from './catalog.js';
import type { CatalogChange } from './change.js';

enableMapSet();

/** The catalog after one change. The given catalog stays as it is; nothing but what changed is copied. */
export function applyChange(catalog: Catalog, change: CatalogChange): Catalog {
  return produce(catalog, ({ sources, queries, types }) => {
    switch (change.kind) {
      case 'putSource':
        sources.set(change.source.name, castDraft(change.source));
        return;
      case 'dropSource':
        assert(sources.delete(change.name), `source ${change.name} exists when dropped`);
        return;
      case 'putQuery':
        queries.set(change.query.id, castDraft(change.query));
        return;
      case 'removeQuery':
        assert(queries.delete(change.id), `query ${change.id} exists when removed`);
        return;
      case 'setPaused': {
        const query = queries.get(change.id);
        assert(query !== undefined, `query ${change.id} exists when paused or resumed`);
        query.paused = change.paused;
        return;
      }
      case 'putType':
        types.set(change.name, castDraft(change.type));
        return;
      case 'dropType':
        assert(types.delete(change.name), `type ${change.name} exists when dropped`);
        return;
      default:
        assertNever(change);
    }
  });
}

/** The catalog after all changes, in order. */
export function applyChanges(catalog: Catalog, changes: readonly CatalogChange[]): Catalog {
  return changes.reduce(applyChange, catalog);
}
