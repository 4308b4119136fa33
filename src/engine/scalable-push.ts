import type { Catalog } from '../catalog/index.js';
import type { Query } from '../parser/index.js';
import type { Settings } from './config/settings.js';

/**
 * Whether ksqlDB would run a push query on the output of the one query that writes its source ("scalable push"), which clients
 * see by its id. Here every push query reads topics through its own position, so it runs like the others.
 */
export function isScalablePush(query: Query, catalog: Catalog, settings: Settings): boolean {
  if (!settings.flag('ksql.query.push.v2.enabled') || query.emit !== 'CHANGES' || query.from.kind !== 'source') return false;
  if (query.groupBy !== null || query.partitionBy !== null || query.having !== null || query.window !== null) return false;
  if ((settings.text('auto.offset.reset') ?? 'latest').toLowerCase() !== 'latest') return false;
  const { name } = query.from;
  return [...catalog.queries.values()].filter((each) => each.sink === name).length === 1;
}
