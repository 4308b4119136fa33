import type { Broker } from '../broker/index.js';
import type { Catalog, Source } from '../catalog/index.js';
import type { Relation } from '../parser/index.js';
import type { TransientPlan } from '../plan/index.js';
import type { PlannedChange } from '../planner/index.js';

/** Names of the sources of a relation, in written order. */
export function sourcesOf(relation: Relation): readonly string[] {
  return relation.kind === 'source' ? [relation.name] : [...sourcesOf(relation.left), relation.right.name];
}

/** Records that the topic of a stream holds now. Tables are always read from their beginning. */
async function olderRows(broker: Broker, source: Source): Promise<number> {
  if (source.kind !== 'STREAM') return 0;
  const partitions = (await broker.admin.describeTopic(source.topic))?.partitions ?? 0;
  const all = Array.from({ length: partitions }, (_, partition) => ({ topic: source.topic, partition }));
  const [from, to] = [await broker.admin.listOffsets(all, 'earliest', 'read_committed'), await broker.admin.listOffsets(all, 'latest', 'read_committed')];
  return to.reduce((sum, offset, index) => sum + offset - (from[index] ?? 0), 0);
}

/** A push query that starts at latest over a topic with older rows says so: else an empty screen looks like a fault. */
export async function startNotices(broker: Broker, catalog: Catalog, plan: TransientPlan): Promise<readonly string[]> {
  if (plan.offsetReset === 'earliest') return [];
  const notices: string[] = [];
  for (const name of plan.sources) {
    const source = catalog.sources.get(name);
    const older = source === undefined ? 0 : await olderRows(broker, source);
    if (older > 0) {
      notices.push(`${older} older row${older === 1 ? '' : 's'} of ${name} not shown: the query starts with new rows. SET 'auto.offset.reset'='earliest'; shows them all.`);
    }
  }
  return notices;
}

const isChosen = (reset: string | null): boolean => /^(earliest|latest)$/i.test(reset ?? '');

/** Likewise a persistent query, where nobody has chosen: its result would lack the older rows for good. */
export async function startWarnings(broker: Broker, catalog: Catalog, changes: readonly PlannedChange[], reset: string | null): Promise<ReadonlyMap<PlannedChange, readonly string[]>> {
  const warnings = new Map<PlannedChange, readonly string[]>();
  const sources = new Map(catalog.sources);
  for (const change of changes) {
    for (const each of change.changes) if (each.kind === 'putSource') sources.set(each.source.name, each.source);
    const { start } = change;
    // A query that is replaced goes on where it was; one that begins anew does so as it was told.
    if (start === null || change.replaces !== null || change.stop.length > 0 || isChosen(start.properties['auto.offset.reset'] ?? reset)) continue;
    const found: string[] = [];
    for (const name of start.sources) {
      const source = sources.get(name);
      const older = source === undefined ? 0 : await olderRows(broker, source);
      if (older > 0) found.push(`${older} older row${older === 1 ? '' : 's'} of ${name} will not be read: query ${start.queryId} starts with new rows. SET 'auto.offset.reset'='earliest'; before the statement makes it read them all.`);
    }
    warnings.set(change, found);
  }
  return warnings;
}
