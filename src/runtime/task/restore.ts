import type { Broker } from '../../broker/index.js';
import type { Logger } from '../../env/index.js';
import type { TaskStore } from './task-store.js';

export interface RestoreListener {
  readonly logger: Logger;
  /** Records that are still to be read; 0 at the end. */
  readonly onRemaining: (records: number) => void;
}

const RESTORE_BYTES = 4 * 1024 * 1024;

/**
 * Brings stores up to their changelogs, each from the offset it has itself reached: after a crash that is the tail of the last
 * commit, for a new or wiped store everything. Parts are written as they are read, so an interrupted restore goes on where it was.
 */
export async function restoreStores(broker: Broker, owner: string, stores: readonly TaskStore[], { logger, onRemaining }: RestoreListener): Promise<void> {
  const logged = stores.flatMap((store) => (store.changelog === null ? [] : [{ store, topic: store.changelog.topic, partition: store.changelog.partition }]));
  if (logged.length === 0) return;
  const earliest = await broker.admin.listOffsets(logged, 'earliest', 'read_committed');
  // To the very end: behind what an unfinished transaction of an older owner holds back may lie what was committed since.
  const latest = await broker.admin.listOffsets(logged, 'latest', 'read_uncommitted');
  const behind: Restoring[] = [];
  for (const [index, { store, topic, partition }] of logged.entries()) {
    const low = earliest[index] ?? 0;
    const end = latest[index] ?? 0;
    let offset = store.store.identity().changelogOffset;
    if (offset > end || offset < 0 || store.table.isForeign) {
      // The changelog was made anew: what the store holds belongs to another life of the query. Or a wipe was cut short. Or an older
      // version wrote it.
      if (offset > end) logger.warn('A store is from another time than its changelog and is made anew', { queryId: owner, topic, partition, storeOffset: offset, changelogEnd: end });
      await store.wipe();
      offset = -1;
    }
    const from = Math.max(offset, low);
    if (from < end) behind.push({ store, topic, partition, offset: from, end });
  }
  if (behind.length > 0) await readAll(broker, owner, behind, onRemaining);
}

interface Restoring {
  readonly store: TaskStore;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly end: number;
}

async function readAll(broker: Broker, owner: string, behind: readonly Restoring[], onRemaining: (records: number) => void): Promise<void> {
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'restore', owner });
  try {
    reader.assign(behind);
    const open = new Map(behind.map((each) => [`${each.partition}/${each.topic}`, each]));
    const left = new Map(behind.map((each) => [each, each.end - each.offset]));
    const tell = (): void => onRemaining([...left.values()].reduce((sum, records) => sum + records, 0));
    tell();
    while (open.size > 0) {
      for (const slab of await reader.poll({ maxBytes: RESTORE_BYTES, maxWaitMs: 1000 })) {
        const key = `${slab.partition}/${slab.topic}`;
        const restoring = open.get(key);
        if (restoring === undefined) continue;
        await restoring.store.restore(slab);
        left.set(restoring, Math.max(0, restoring.end - slab.nextOffset));
        tell();
        if (slab.nextOffset >= restoring.end) {
          reader.unassign([restoring]);
          open.delete(key);
        }
      }
    }
  } finally {
    onRemaining(0);
    await reader.close();
  }
}
