import { decodePointer, type Place } from './pointer-codec.js';
import type { Database } from './level-storage.js';
import { asPointerKey, batchKey, decodeBatchKey, emptyBatchKey, pointerKey, writeBatchKey } from './level-keys.js';
import type { SegmentFiles } from './segment-files.js';

const BUFFERS = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
/** Batches are read once, in order; slabs have their own cache. */
const READ = { ...BUFFERS, fillCache: false } as const;
const PAGE = 1000;

/** A batch is in the database itself, or the database points to where it lies in the segment files. */
export class StoredBatches {
  private readonly key = emptyBatchKey();
  /** What the last read found: the next one probably finds the same. */
  private expectsPointer = false;

  constructor(
    public database: Database,
    readonly segments: SegmentFiles,
  ) {}

  /** Null when there is none. Throws when it cannot be read. */
  read(topicNumber: number, partition: number, base: number): Buffer | null {
    for (const isPointer of [this.expectsPointer, !this.expectsPointer]) {
      const found = isPointer ? this.readPointed(topicNumber, partition, base) : this.database.getSync(writeBatchKey(this.key, topicNumber, partition, base), READ);
      if (found === undefined) continue;
      this.expectsPointer = isPointer;
      return found;
    }
    return null;
  }

  /** Where a batch lies in the segment files; null when it does not. */
  place(topicNumber: number, partition: number, base: number): Place | null {
    const key = asPointerKey(writeBatchKey(this.key, topicNumber, partition, base));
    const value = this.database.getSync(key, BUFFERS);
    if (value === undefined) return null;
    const place = decodePointer(key, value);
    if (place === null) throw new Error('its pointer has a wrong checksum');
    return place;
  }

  /** Base offset of the last batch that begins at or below the offset. */
  async locate(topicNumber: number, partition: number, offset: number): Promise<number | null> {
    let last: number | null = null;
    for (const keyOf of [batchKey, pointerKey]) {
      const range = { gte: keyOf(topicNumber, partition, 0), lte: keyOf(topicNumber, partition, offset) };
      for await (const key of this.database.keys({ ...range, reverse: true, limit: 1, ...BUFFERS })) {
        last = Math.max(last ?? -1, decodeBatchKey(key).offset);
      }
    }
    return last;
  }

  /** Pointers by key from `from` on, a page at a time; a damaged one comes as null. */
  async *pointers(from: Buffer, to: Buffer): AsyncGenerator<{ readonly key: Buffer; readonly place: Place | null }[]> {
    const iterator = this.database.iterator({ gte: from, lt: to, ...BUFFERS, fillCache: false });
    try {
      for (let page = await iterator.nextv(PAGE); page.length > 0; page = await iterator.nextv(PAGE)) {
        yield page.flatMap(([key, value]) => (key === undefined || value === undefined ? [] : [{ key, place: decodePointer(key, value) }]));
      }
    } finally {
      await iterator.close();
    }
  }

  private readPointed(topicNumber: number, partition: number, base: number): Buffer | undefined {
    const place = this.place(topicNumber, partition, base);
    if (place === null) return undefined;
    const framed = this.segments.read(place);
    if (framed === null) throw new Error(`segment ${place.segment} has lost it`);
    if (framed.readUInt32BE(0) !== place.crc) throw new Error(`segment ${place.segment} holds something else in its place`);
    return framed;
  }
}
