import type { Broker } from '../broker/index.js';
import type { Catalog } from '../catalog/index.js';
import type { Relation } from '../parser/index.js';
import type { TransientPlan } from '../plan/index.js';

/** Names of the sources of a relation, in written order. */
export function sourcesOf(relation: Relation): readonly string[] {
  return relation.kind === 'source' ? [relation.name] : [...sourcesOf(relation.left), relation.right.name];
}

/** A push query that starts at latest over a topic with older rows says so: else an empty screen looks like a fault. */
export async function startNotices(broker: Broker, catalog: Catalog, plan: TransientPlan): Promise<readonly string[]> {
  if (plan.offsetReset === 'earliest') return [];
  const notices: string[] = [];
  for (const name of plan.sources) {
    const source = catalog.sources.get(name);
    if (source === undefined || source.kind !== 'STREAM') continue;
    const partitions = (await broker.admin.describeTopic(source.topic))?.partitions ?? 0;
    const all = Array.from({ length: partitions }, (_, partition) => ({ topic: source.topic, partition }));
    const [from, to] = [await broker.admin.listOffsets(all, 'earliest', 'read_committed'), await broker.admin.listOffsets(all, 'latest', 'read_committed')];
    const older = to.reduce((sum, offset, index) => sum + offset - (from[index] ?? 0), 0);
    if (older > 0) {
      notices.push(`${older} older row${older === 1 ? '' : 's'} of ${name} not shown: the query starts with new rows. SET 'auto.offset.reset'='earliest'; shows them all.`);
    }
  }
  return notices;
}
