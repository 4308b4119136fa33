import { assertNever } from '../../errors/index.js';
import { compareBytes, type Key, type Row } from '../../types/index.js';
import type { ScanRange, ScanTarget, Table } from '../table.js';
import type { MaterializedTable } from './materialized-table.js';
import type { TableSlot } from './table-slot.js';

/** What an operator asks for; `ScanDemand` of the runtime has this shape. */
export interface Demand extends ScanTarget {
  readonly table: Table;
}

interface Cached {
  readonly bytes: Uint8Array;
  readonly slot: TableSlot;
}

const PAGE = 512;

/** Serves a demand: nothing to await where memory holds every row. */
export function runDemand(demand: Demand): Promise<void> | undefined {
  return demand.table.scan(demand);
}

/**
 * Serves a scan in the order of store keys, dirty rows merged in. Returns nothing where memory holds everything (no turn
 * of the event loop is lost), else a promise. The table must not be written meanwhile except by `feed` and `done`, and
 * `feed` writes only rows it was fed.
 */
export function scanTable(table: MaterializedTable, demand: ScanTarget): Promise<void> | undefined {
  const { range } = demand;
  const from = range.by === 'keyPrefix' ? null : range.from;
  const cached = cachedRows(table, range);
  if (!table.isComplete(from)) return mergeWithStore(table, demand, cached);
  for (const { slot } of cached) feed(table, demand, slot.key, slot.row, slot.timestamp);
  demand.done();
  return undefined;
}

async function mergeWithStore(table: MaterializedTable, demand: ScanTarget, cached: readonly Cached[]): Promise<void> {
  let next = 0;
  const feedCachedBelow = (key: Uint8Array): void => {
    for (let at = cached[next]; at !== undefined && compareBytes(at.bytes, key) < 0; at = cached[++next]) {
      feed(table, demand, at.slot.key, at.slot.row, at.slot.timestamp);
    }
  };
  for await (const page of table.store.scan(table.codec.addressing.range(demand.range), PAGE)) {
    for (const entry of page) {
      feedCachedBelow(entry.key);
      const at = cached[next];
      if (at !== undefined && compareBytes(at.bytes, entry.key) === 0) {
        next++;
        feed(table, demand, at.slot.key, at.slot.row, at.slot.timestamp);
      } else {
        const stored = table.codec.decode(entry);
        feed(table, demand, stored.key, stored.row, stored.timestamp);
      }
    }
  }
  for (; next < cached.length; next++) {
    const slot = cached[next]?.slot;
    if (slot !== undefined) feed(table, demand, slot.key, slot.row, slot.timestamp);
  }
  demand.done();
}

function feed(table: MaterializedTable, demand: ScanTarget, key: Key, row: Row | null, timestamp: number): void {
  const { addressing } = table.codec;
  if (row === null || (addressing.hasTime && addressing.timeOf(key) < table.lowWater())) return;
  demand.feed(key, row, timestamp);
}

/** Places in the range, deleted ones included: they hide what the store still has. */
function cachedRows(table: MaterializedTable, range: ScanRange): readonly Cached[] {
  const { addressing } = table.codec;
  const found: Cached[] = [];
  for (const slot of slotsIn(table, range)) found.push({ bytes: addressing.encode(slot.key), slot });
  return found.sort((a, b) => compareBytes(a.bytes, b.bytes));
}

function* slotsIn(table: MaterializedTable, range: ScanRange): Iterable<TableSlot> {
  switch (range.by) {
    case 'keyPrefix':
      yield* table.cachedPrefix(range.prefix);
      return;
    case 'windowStart': case 'windowEnd': case 'timestamp': {
      const { bucketOfTime } = table.codec.addressing;
      for (const slot of table.cached(bucketOfTime(range.from), bucketOfTime(range.to))) {
        if (slot.time >= range.from && slot.time <= range.to) yield slot;
      }
      return;
    }
    default:
      assertNever(range);
  }
}
