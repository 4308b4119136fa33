import { assertNever } from '../../errors/index.js';
import type { Key, Row } from '../../types/index.js';
import type { ScanRange, ScanTarget, Table } from '../table.js';
import { BucketOrder, inStoreOrder, type OrderedPlace } from './bucket-order.js';
import { compareKeys } from './compare-keys.js';
import type { MaterializedTable } from './materialized-table.js';
import type { TableSlot } from './table-slot.js';

/** What an operator asks for; `ScanDemand` of the runtime has this shape. */
export interface Demand extends ScanTarget {
  readonly table: Table;
}

const PAGE = 512;

/** Serves a demand: nothing to await where memory holds every row. */
export function runDemand(demand: Demand, betweenPages?: () => void): Promise<void> | undefined {
  return demand.table.scan(demand, betweenPages);
}

/**
 * Serves a scan in the order of store keys, dirty rows merged in. Returns nothing where memory holds everything (no turn
 * of the event loop is lost), else a promise. The table must not be written meanwhile except by `feed` and `done`, and
 * `feed` writes only rows it was fed.
 */
export function scanTable(table: MaterializedTable, target: ScanTarget, betweenPages?: () => void): Promise<void> | undefined {
  const { range } = target;
  if (!table.isComplete(lowestTime(table, target))) return mergeWithStore(table, target, cachedRows(table, range, true), betweenPages);
  for (const { slot } of cachedRows(table, range, false)) if (!feedSlot(table, target, slot)) break;
  target.done();
  return undefined;
}

async function mergeWithStore(table: MaterializedTable, target: ScanTarget, cached: Iterator<OrderedPlace>, betweenPages?: () => void): Promise<void> {
  let next = cached.next();
  const feedCached = ({ slot }: OrderedPlace): boolean => {
    next = cached.next();
    return feedSlot(table, target, slot);
  };
  const scan = async (): Promise<void> => {
    for await (const page of table.store.scan(table.codec.addressing.range(target.range), PAGE)) {
      for (const entry of page) {
        let order = 1;
        while (next.done !== true && (order = compareKeys(next.value.bytes, entry.key)) < 0) if (!feedCached(next.value)) return;
        if (next.done !== true && order === 0) {
          // What memory has of this key is newer.
          if (!feedCached(next.value)) return;
          continue;
        }
        const stored = table.codec.decode(entry);
        if (!feed(table, target, stored.key, stored.row, stored.timestamp)) return;
      }
      betweenPages?.();
    }
    while (next.done !== true) if (!feedCached(next.value)) return;
  };
  await scan();
  target.done();
}

function feedSlot(table: MaterializedTable, target: ScanTarget, slot: TableSlot): boolean {
  slot.isOwn = false;
  return feed(table, target, slot.key, slot.row, slot.timestamp);
}

/** Expired windows are hidden; closing sessions are not (ksqlDB emits them although they no longer merge), nor are pending rows. */
function feed(table: MaterializedTable, target: ScanTarget, key: Key, row: Row | null, timestamp: number): boolean {
  if (row === null) return true;
  if (target.range.by !== 'windowStart' || table.codec.addressing.timeOf(key) >= closingFrom(table)) return target.feed(key, row, timestamp);
  target.hidden?.();
  return true;
}

/** Final results look one instant further back than reads by key: a window that a record closes may be the one it hides. */
function closingFrom(table: MaterializedTable): number {
  return table.lowWater() - 1;
}

function lowestTime(table: MaterializedTable, target: ScanTarget): number | null {
  const { range } = target;
  switch (range.by) {
    case 'keyPrefix':
      return null;
    case 'windowStart':
      return target.hidden === undefined ? Math.max(range.from, closingFrom(table)) : range.from;
    case 'windowEnd': case 'timestamp':
      return range.from;
    default:
      return assertNever(range);
  }
}

/** Places in the range in store order, as far as they are read; `withDeleted`: those that hide what the store still has, too. */
function* cachedRows(table: MaterializedTable, range: ScanRange, withDeleted: boolean): Generator<OrderedPlace> {
  if (range.by === 'keyPrefix') {
    yield* inStoreOrder(table.codec, table.cachedPrefix(range.prefix));
    return;
  }
  for (const bucket of table.cached(range.from, range.to)) {
    bucket.order ??= new BucketOrder(table.codec, bucket.slots.values());
    yield* bucket.order.within(range.from, range.to, withDeleted);
  }
}
