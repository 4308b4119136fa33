import type { MapKey } from '../../types/index.js';

/** A Map without the 2^24 entry limit of one JavaScript Map: entries spill into further maps. One map is the usual case. */
export class ShardedMap<V> {
  private readonly shards: Map<MapKey | null, V>[] = [new Map<MapKey | null, V>()];

  constructor(private readonly shardSize: number) {}

  get size(): number {
    let size = 0;
    for (const shard of this.shards) size += shard.size;
    return size;
  }
  get(key: MapKey | null): V | undefined {
    const { shards } = this;
    for (let i = 0; i < shards.length; i++) {
      const value = shards[i]?.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  set(key: MapKey | null, value: V): void {
    const { shards } = this;
    let room: Map<MapKey | null, V> | null = null;
    for (const shard of shards) {
      if (shards.length > 1 && shard.has(key)) {
        shard.set(key, value);
        return;
      }
      if (shard.size < this.shardSize) room ??= shard;
    }
    if (room === null) {
      // A full single map may hold the key already.
      if (shards.length === 1 && shards[0]?.has(key) === true) room = shards[0];
      else shards.push((room = new Map<MapKey | null, V>()));
    }
    room.set(key, value);
  }
  delete(key: MapKey | null): void {
    for (const shard of this.shards) if (shard.delete(key)) return;
  }
  /** Live: entries deleted or added on the way are skipped or met. */
  *values(): Generator<V> {
    for (const shard of this.shards) yield* shard.values();
  }
}
