import type { Entity } from '../api/index.js';
import type { Catalog } from '../catalog/index.js';
import type { AccessGuard } from './access.js';
import type { PushQuery } from './statements/services.js';

/** What a list may tell of. */
interface Listed {
  readonly catalog: Catalog;
  readonly pushQueries: readonly PushQuery[];
}

/** A list without what its caller may not read. Null guard: nobody who has to be asked. */
export function visibleEntity(entity: Entity, guard: AccessGuard | null, { catalog, pushQueries }: Listed): Entity {
  if (guard === null) return entity;
  const readsSource = ({ name }: { readonly name: string }): boolean => guard.allows({ operation: 'read', on: 'source', name });
  const readsTopic = ({ name }: { readonly name: string }): boolean => guard.allows({ operation: 'read', on: 'topic', name });
  switch (entity['@type']) {
    case 'streams':
      return { ...entity, streams: entity.streams.filter(readsSource) };
    case 'tables':
      return { ...entity, tables: entity.tables.filter(readsSource) };
    case 'kafka_topics':
      return { ...entity, topics: entity.topics.filter(readsTopic) };
    case 'kafka_topics_extended':
      return { ...entity, topics: entity.topics.filter(readsTopic) };
    case 'queries': {
      // The text of a query names all that it reads and writes.
      const pushed = new Map(pushQueries.map((query) => [query.queryId, query]));
      const namesOf = (id: string): readonly string[] => pushed.get(id)?.sources ?? [...(catalog.queries.get(id)?.sources ?? []), ...[catalog.queries.get(id)?.sink ?? []].flat()];
      const isOwn = (id: string): boolean => pushed.get(id)?.owner === guard.identity;
      return { ...entity, queries: entity.queries.filter(({ id }) => isOwn(id) || namesOf(id).every((name) => readsSource({ name }))) };
    }
    default:
      return entity;
  }
}
