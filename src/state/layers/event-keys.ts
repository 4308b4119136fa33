import type { Key, MapKey, SqlType } from '../../types/index.js';
import { mapKeyOfColumns } from './addressing.js';
import { EventList, type EventBucket, type EventKey } from './event-list.js';
import { ShardedMap } from './sharded-map.js';

const DEFAULT_SHARD = 2 ** 22;
/** Expired lists that a new list takes out: more than one, so that they come to an end. */
const RELEASED = 4;

/** The keys that either side of a stream-stream join has rows of. A record is kept on its side and meets the other: one look-up for both. */
export class EventKeys {
  readonly mapKey: (key: Key) => MapKey | null;
  private readonly keys: ShardedMap<EventKey>;
  private last: EventKey | null = null;
  private lastMapKey: MapKey | null = null;

  constructor(keyTypes: readonly SqlType[], shardSize: number = DEFAULT_SHARD) {
    this.mapKey = mapKeyOfColumns(keyTypes, 0);
    this.keys = new ShardedMap(shardSize);
  }

  get(mapKey: MapKey | null): EventKey | null {
    if (this.last !== null && this.lastMapKey === mapKey) return this.last;
    const known = this.keys.get(mapKey) ?? null;
    this.last = known;
    this.lastMapKey = mapKey;
    return known;
  }
  getOrAdd(key: Key, mapKey: MapKey | null): EventKey {
    const known = this.get(mapKey);
    if (known !== null) return known;
    const owner: EventKey = { key, left: null, right: null };
    this.keys.set(mapKey, owner);
    this.last = owner;
    this.lastMapKey = mapKey;
    return owner;
  }
  /** Where nothing is left of it. */
  release(owner: EventKey): void {
    if (owner.left !== null || owner.right !== null) return;
    this.keys.delete(this.mapKey(owner.key));
    if (this.last === owner) this.last = null;
  }
  all(): Iterable<EventKey> {
    return this.keys.values();
  }
}

/**
 * The lists of one side, by key. A slice that expires is out of sight at once, as nobody asks for its time any more; its lists are
 * taken from their keys little by little as new ones come.
 */
export class EventLists {
  private retired: EventBucket[] = [];
  /** Slices below it were retired. */
  private keepFrom = -Infinity;

  constructor(
    private readonly keys: EventKeys,
    private readonly isLeft: boolean,
  ) {}

  /** The list of a key in a slice. */
  find(owner: EventKey | null, slice: number): EventList | null {
    let list = owner === null ? null : this.newest(owner);
    while (list !== null && list.bucket.slice > slice) list = list.older;
    return list?.bucket.slice === slice ? list : null;
  }

  /** A new one; the key has none in this slice. */
  add(bucket: EventBucket, owner: EventKey): EventList {
    const list = new EventList(bucket, owner);
    bucket.lists.push(list);
    let newer: EventList | null = null;
    let older = this.newest(owner);
    while (older !== null && older.bucket.slice > bucket.slice) {
      newer = older;
      older = older.older;
    }
    list.older = older;
    if (newer === null) this.setNewest(owner, list);
    else newer.older = list;
    // Not before: the key may have nothing else that has not expired.
    if (this.retired.length > 0) this.releaseSome();
    return list;
  }

  /** Takes one list from its key. */
  remove(list: EventList): void {
    const { owner } = list;
    let newer = this.newest(owner);
    if (newer === list) this.setNewest(owner, list.older);
    else {
      while (newer !== null && newer.older !== list) newer = newer.older;
      if (newer !== null) newer.older = list.older;
    }
    if (this.newest(owner) === null) this.keys.release(owner);
  }

  /** Slices below `keepFrom` have expired; this is one of them. */
  retire(bucket: EventBucket, keepFrom: number): void {
    this.keepFrom = keepFrom;
    this.retired.push(bucket);
  }

  clear(): void {
    this.retired = [];
    for (const owner of this.keys.all()) {
      this.setNewest(owner, null);
      this.keys.release(owner);
    }
  }

  // By name: a computed one is looked up each time.
  private newest(owner: EventKey): EventList | null {
    return this.isLeft ? owner.left : owner.right;
  }
  private setNewest(owner: EventKey, list: EventList | null): void {
    if (this.isLeft) owner.left = list;
    else owner.right = list;
  }

  private releaseSome(): void {
    for (let left = RELEASED; left > 0; left--) {
      const list = this.retired[0]?.lists.pop();
      if (list === undefined) this.retired.shift();
      else this.cut(list.owner);
    }
  }
  /** The end of a key's lists that has expired. */
  private cut(owner: EventKey): void {
    let last: EventList | null = null;
    let next = this.newest(owner);
    if (next === null) return;
    while (next !== null && next.bucket.slice >= this.keepFrom) {
      last = next;
      next = next.older;
    }
    if (last !== null) last.older = null;
    else {
      this.setNewest(owner, null);
      this.keys.release(owner);
    }
  }
}
