import { crc32 } from 'node:zlib';
import { StateError } from '../../errors/index.js';
import type { BytesStore, Entry, KeyRange, StoreIdentity, StoreSnapshot, WriteOperation } from '../store.js';
import { ENTRY_PREFIX_BYTES, entryKey, writeEntryKey } from './store-keys.js';
import type { Batch, DatabaseSnapshot, PageReader } from './ordered-database.js';
import { CRC_BYTES, isIntactEntry, type TaskDatabase } from './task-database.js';

const SLICE_KEYS = 1000;

/** One store of a task: a key prefix in the task's database, every value with its checksum. */
export class DiskStore implements BytesStore {
  private keyBuffer = Buffer.allocUnsafe(256);

  constructor(
    readonly name: string,
    private readonly storeNumber: number,
    private readonly task: TaskDatabase,
    private readonly onClose: () => Promise<void>,
  ) {}

  identity(): StoreIdentity {
    const identity = this.task.identity(this.name);
    if (identity === null) throw this.damaged('its identity is missing');
    const { uuid, epoch, changelogOffset, batches } = identity;
    return { uuid, epoch, changelogOffset, batches };
  }

  get(key: Uint8Array): Uint8Array | null {
    return this.read(key, null);
  }

  async write(operations: readonly WriteOperation[], changelogOffset: number): Promise<void> {
    let bytes = 0;
    for (const operation of operations) bytes += ENTRY_PREFIX_BYTES + operation.key.length + (operation.kind === 'put' ? operation.value.length + CRC_BYTES : 0);
    // One buffer for the batch, filled now: the caller's buffers are its own again. Keys and framed values are views of it.
    const arena = Buffer.allocUnsafe(bytes);
    const bounds = new Int32Array(operations.length * 2);
    let at = 0;
    for (const [i, operation] of operations.entries()) {
      const from = at;
      writeEntryKey(arena, at, this.storeNumber, operation.key);
      at += ENTRY_PREFIX_BYTES + operation.key.length;
      bounds[i * 2] = at;
      if (operation.kind === 'put') {
        arena.set(operation.value, at);
        at += operation.value.length;
        arena.writeUInt32BE(crc32(arena.subarray(from, at)), at);
        at += CRC_BYTES;
      }
      bounds[i * 2 + 1] = at;
    }
    await this.task.apply(this.name, { bytes, crc: crc32(arena), fill: (batch) => fillBatch(batch, arena, bounds) }, changelogOffset);
  }

  async *scan(range: KeyRange, pageSize: number): AsyncGenerator<readonly Entry[]> {
    yield* this.pages(range, pageSize, null);
  }

  snapshot(): StoreSnapshot {
    const snapshot = this.task.database.snapshot();
    return {
      get: (key) => this.read(key, snapshot),
      scan: (range, pageSize) => this.pages(range, pageSize, snapshot),
      release: () => {
        // Closing waits for scans that still read it; nobody waits for that.
        snapshot.close().catch(() => undefined);
      },
    };
  }

  async deleteRange(range: KeyRange): Promise<void> {
    // Through `write`, so that these deletions are part of the chain as well.
    for (;;) {
      const keys: Uint8Array[] = [];
      for await (const page of this.pages(range, SLICE_KEYS, null)) {
        for (const { key } of page) keys.push(key);
        break;
      }
      if (keys.length === 0) return;
      await this.write(keys.map((key) => ({ kind: 'delete', key })), this.identity().changelogOffset);
    }
  }

  async approximateBytes(): Promise<number> {
    const { from, to } = this.bounds({});
    return await this.task.database.approximateSize(from, to);
  }

  close(): Promise<void> {
    return this.onClose();
  }

  private read(key: Uint8Array, snapshot: DatabaseSnapshot | null): Uint8Array | null {
    const length = ENTRY_PREFIX_BYTES + key.length;
    if (length > this.keyBuffer.length) this.keyBuffer = Buffer.allocUnsafe(length * 2);
    writeEntryKey(this.keyBuffer, 0, this.storeNumber, key);
    const stored = this.keyBuffer.subarray(0, length);
    let framed: Buffer | undefined;
    try {
      framed = snapshot === null ? this.task.database.get(stored) : this.task.database.getAt(stored, snapshot);
    } catch (error) {
      throw this.unreadable(error);
    }
    if (framed === undefined) return null;
    if (!isIntactEntry(stored, framed)) throw this.damaged('the checksum of a value is wrong');
    return framed.subarray(0, framed.length - CRC_BYTES);
  }

  private async *pages(range: KeyRange, pageSize: number, snapshot: DatabaseSnapshot | null): AsyncGenerator<readonly Entry[]> {
    const { from, to } = this.bounds(range);
    const reader = this.task.database.pages({ gte: from, lt: to, reverse: range.reverse === true }, snapshot);
    try {
      for (;;) {
        const found = await this.nextPage(reader, pageSize);
        if (found.length === 0) return;
        yield found;
      }
    } finally {
      await reader.close();
    }
  }

  private async nextPage(reader: PageReader, pageSize: number): Promise<readonly Entry[]> {
    let page;
    try {
      page = await reader.next(pageSize);
    } catch (error) {
      throw this.unreadable(error);
    }
    return page.map(([key, framed]) => {
      if (!isIntactEntry(key, framed)) throw this.damaged('the checksum of a value is wrong');
      return { key: key.subarray(ENTRY_PREFIX_BYTES), value: framed.subarray(0, framed.length - CRC_BYTES) };
    });
  }

  private bounds(range: KeyRange): { readonly from: Buffer; readonly to: Buffer } {
    const nothing = new Uint8Array(0);
    return {
      from: entryKey(this.storeNumber, range.from ?? nothing),
      to: range.to === undefined ? entryKey(this.storeNumber + 1, nothing) : entryKey(this.storeNumber, range.to),
    };
  }

  /** A closed database is a matter of life cycle; everything else that a read meets is damage. */
  private unreadable(cause: unknown): StateError {
    if (!this.task.database.isOpen) return new StateError(`The store ${this.name} is closed`, { damaged: false, cause });
    return this.damaged('it cannot be read', cause);
  }

  private damaged(what: string, cause?: unknown): StateError {
    return new StateError(`The store ${this.name} is damaged: ${what}`, { damaged: true, cause });
  }
}

/** `bounds` holds where each operation's key ends and where its value ends; a deletion has no value. */
function fillBatch(batch: Batch, arena: Buffer, bounds: Int32Array): void {
  let from = 0;
  for (let i = 0; i < bounds.length; i += 2) {
    const keyEnd = bounds[i] ?? 0;
    const end = bounds[i + 1] ?? 0;
    // A value is never empty: its checksum is part of it.
    if (end === keyEnd) batch.del(arena.subarray(from, keyEnd));
    else batch.put(arena.subarray(from, keyEnd), arena.subarray(keyEnd, end));
    from = end;
  }
}
