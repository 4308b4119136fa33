import type { Entity } from '../api/index.js';
import type { Catalog } from '../catalog/index.js';
import type { AccessGuard } from './access.js';

/** A list without what its caller may not read. Null guard: nobody who has to be asked. */
export function visibleEntity(entity: Entity, guard: AccessGuard | null, catalog: Catalog): Entity {
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
      const namesOf = (id: string): readonly string[] => [...(catalog.queries.get(id)?.sources ?? []), ...[catalog.queries.get(id)?.sink ?? []].flat()];
      return { ...entity, queries: entity.queries.filter(({ id }) => namesOf(id).every((name) => readsSource({ name }))) };
    }
    default:
      return entity;
  }
}
