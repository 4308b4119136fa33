import type { LogFact, LogOperation, LogStorage } from '../log/log-storage.js';
import type { PartitionLog } from '../log/partition-log.js';

/** Batches of one partition by ascending base offset. */
interface StoredPartition {
  readonly bases: number[];
  readonly batches: Buffer[];
}

/** Keeps batches in arrays and no facts: the broker's own state is the only copy. Every write succeeds, in the same turn. */
export class MemoryStorage implements LogStorage {
  readonly kind = 'memory';
  private readonly partitions = new Map<string, StoredPartition>();

  load(): Promise<readonly LogFact[]> {
    return Promise.resolve([]);
  }

  write(operations: readonly LogOperation[]): Promise<void> {
    for (const operation of operations) {
      if (operation.kind === 'putBatch') this.put(operation.log, operation.base, Buffer.from(operation.framed));
      else if (operation.kind === 'dropBatch') this.drop(operation.log, operation.base);
    }
    return Promise.resolve();
  }

  recover(): Promise<boolean> {
    return Promise.resolve(false);
  }

  read(log: PartitionLog, base: number): Buffer | null {
    const stored = this.partitions.get(partitionKey(log.topicNumber, log.partition));
    if (stored === undefined) return null;
    const index = lastAtOrBelow(stored.bases, base);
    return stored.bases[index] === base ? (stored.batches[index] ?? null) : null;
  }

  locate(log: PartitionLog, offset: number): Promise<number | null> {
    const stored = this.partitions.get(partitionKey(log.topicNumber, log.partition));
    return Promise.resolve(stored?.bases[lastAtOrBelow(stored.bases, offset)] ?? null);
  }

  purge(topicNumber: number): Promise<boolean> {
    for (const key of Array.from(this.partitions.keys())) if (key.startsWith(`${topicNumber}/`)) this.partitions.delete(key);
    return Promise.resolve(true);
  }

  reclaim(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private put(log: PartitionLog, base: number, framed: Buffer): void {
    const key = partitionKey(log.topicNumber, log.partition);
    let stored = this.partitions.get(key);
    if (stored === undefined) {
      stored = { bases: [], batches: [] };
      this.partitions.set(key, stored);
    }
    const index = lastAtOrBelow(stored.bases, base);
    if (stored.bases[index] === base) {
      stored.batches[index] = framed;
    } else {
      stored.bases.splice(index + 1, 0, base);
      stored.batches.splice(index + 1, 0, framed);
    }
  }

  private drop(log: PartitionLog, base: number): void {
    const stored = this.partitions.get(partitionKey(log.topicNumber, log.partition));
    if (stored === undefined) return;
    const index = lastAtOrBelow(stored.bases, base);
    if (stored.bases[index] !== base) return;
    stored.bases.splice(index, 1);
    stored.batches.splice(index, 1);
  }
}

function partitionKey(topicNumber: number, partition: number): string {
  return `${topicNumber}/${partition}`;
}

/** Index of the last base at or below the offset, or −1. */
function lastAtOrBelow(bases: readonly number[], offset: number): number {
  let low = 0;
  let high = bases.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bases[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
