import type { Catalog, PersistentQuery } from './catalog.js';

/** Queries that read a source, in the order in which they were created. */
export function readersOf(catalog: Catalog, source: string): readonly PersistentQuery[] {
  return [...catalog.queries.values()].filter((query) => query.sources.includes(source));
}

/** Queries that write to a source: the one that created it, and INSERT INTO queries. */
export function writersOf(catalog: Catalog, source: string): readonly PersistentQuery[] {
  return [...catalog.queries.values()].filter((query) => query.sink === source);
}

/** Names of the sources declared over a topic. */
export function sourcesOverTopic(catalog: Catalog, topic: string): readonly string[] {
  return [...catalog.sources.values()].filter((source) => source.topic === topic).map((source) => source.name);
}
