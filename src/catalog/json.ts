import type { SqlType } from '../types/index.js';
import type { Catalog, PersistentQuery, Source } from './catalog.js';

/** The catalog as JSON data, for snapshots: maps become lists of their values, in order. */
export interface CatalogJson {
  readonly version: 1;
  readonly sources: readonly Source[];
  readonly types: readonly { readonly name: string; readonly type: SqlType }[];
  readonly queries: readonly PersistentQuery[];
}

export function catalogToJson(catalog: Catalog): CatalogJson {
  return {
    version: 1,
    sources: [...catalog.sources.values()],
    types: [...catalog.types].map(([name, type]) => ({ name, type })),
    queries: [...catalog.queries.values()],
  };
}

export function catalogFromJson(json: CatalogJson): Catalog {
  return {
    sources: new Map(json.sources.map((source) => [source.name, source])),
    types: new Map(json.types.map(({ name, type }) => [name, type])),
    queries: new Map(json.queries.map((query) => [query.id, query])),
  };
}
