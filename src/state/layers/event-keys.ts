import type { Key, MapKey } from '../../types/index.js';
import { EventList, type EventBucket, type EventKey } from './event-list.js';
import { ShardedMap } from './sharded-map.js';

/** Expired lists that a new list takes out: more than one, so that they come to an end. */
const RELEASED = 4;

/**
 * The keys of a join side, each with its lists: one look-up finds a key in all slices of time. A slice that expires is out of sight at
 * once, as nobody asks for its time any more; its lists are taken from their keys little by little as new ones come.
 */
export class EventKeys {
  private readonly keys: ShardedMap<EventKey>;
  private readonly retired: EventBucket[] = [];
  /** Slices below it were retired. */
  private keepFrom = -Infinity;

  constructor(
    private readonly mapKey: (key: Key) => MapKey | null,
    shardSize: number,
  ) {
    this.keys = new ShardedMap(shardSize);
  }

  get(mapKey: MapKey | null): EventKey | undefined {
    return this.keys.get(mapKey);
  }

  /** A new list; the key has none in this slice. */
  add(bucket: EventBucket, key: Key, mapKey: MapKey | null): EventList {
    if (this.retired.length > 0) this.release();
    const owner = this.keys.get(mapKey) ?? this.addKey(key, mapKey);
    const list = new EventList(bucket, owner);
    bucket.lists.push(list);
    let newer: EventList | null = null;
    let older = owner.newest;
    while (older !== null && older.bucket.slice > bucket.slice) {
      newer = older;
      older = older.older;
    }
    list.older = older;
    if (newer === null) owner.newest = list;
    else newer.older = list;
    return list;
  }

  /** Takes one list from its key. */
  remove(list: EventList): void {
    const { owner } = list;
    if (owner.newest === list) owner.newest = list.older;
    else {
      let newer = owner.newest;
      while (newer !== null && newer.older !== list) newer = newer.older;
      if (newer !== null) newer.older = list.older;
    }
    if (owner.newest === null) this.keys.delete(this.mapKey(owner.key));
  }

  /** Slices below `keepFrom` have expired; this is one of them. */
  retire(bucket: EventBucket, keepFrom: number): void {
    this.keepFrom = keepFrom;
    this.retired.push(bucket);
  }

  private addKey(key: Key, mapKey: MapKey | null): EventKey {
    const owner: EventKey = { key, newest: null };
    this.keys.set(mapKey, owner);
    return owner;
  }

  private release(): void {
    for (let left = RELEASED; left > 0; left--) {
      const list = this.retired[0]?.lists.pop();
      if (list === undefined) this.retired.shift();
      else this.cut(list.owner);
    }
  }
  /** The end of a key's lists that has expired. */
  private cut(owner: EventKey): void {
    let last: EventList | null = null;
    let next = owner.newest;
    while (next !== null && next.bucket.slice >= this.keepFrom) {
      last = next;
      next = next.older;
    }
    if (last !== null) last.older = null;
    else if (owner.newest !== null) {
      owner.newest = null;
      this.keys.delete(this.mapKey(owner.key));
    }
  }
}

/** The list of a key in a slice. */
export function listIn(owner: EventKey | undefined, slice: number): EventList | null {
  let list = owner?.newest ?? null;
  while (list !== null && list.bucket.slice > slice) list = list.older;
  return list?.bucket.slice === slice ? list : null;
}
