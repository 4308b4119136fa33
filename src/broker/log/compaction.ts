import { batchHeader, BatchEncoder } from '../record-batch.js';
import type { ColumnarSlab } from '../slab.js';
import { FRAME_BYTES, linkOf, previousLinkOf, sealFrame } from './frame.js';
import type { LogCore } from './log-core.js';
import type { PartitionHead, PartitionLog, TombstoneHorizon } from './partition-log.js';

/** Keys remembered in one pass; a longer dirty part is compacted in several. */
const KEYS_PER_PASS = 500_000;
const KEY_BYTES_PER_PASS = 64 * 1024 * 1024;
/** Bytes read in one turn while keys are collected: a millisecond or two. */
const KEYS_SLICE_BYTES = 128 * 1024;
/** The same while batches are joined: what is left of so many makes one. Most of them are superseded, so less would leave many small ones. */
const SLICE_BYTES = 512 * 1024;
/** Turns of other work between two slices. Where there is none they cost nothing; where there is much, it goes first. */
const TURNS_BETWEEN = 8;
const SLICE_BATCHES = 64;
/** Small neighbours are merged up to this size. */
const MERGED_BYTES = 192 * 1024;
const HORIZONS = 8;

/**
 * Keeps the last record of each key. Batches are rewritten in place, never reordered, and go on covering the offsets they
 * covered, so the log stays free of gaps. Records without a key stay. The last batch is never touched.
 */
export async function compactPartition(core: LogCore, log: PartitionLog, options: { readonly tombstoneMs: number; readonly dirtyRatio: number }): Promise<void> {
  const now = core.clock.now();
  while (!log.deleted) {
    const { cleanedTo, horizons } = log.head;
    const ripe = horizons.reduce((upTo, horizon) => (now >= horizon.at + options.tombstoneMs ? Math.max(upTo, horizon.upTo) : upTo), 0);
    if (!isDirtyEnough(log.head, options.dirtyRatio) && ripe === 0) return;
    const pass = await collectKeys(core, log, Math.max(cleanedTo, log.head.first));
    await rewriteBelow(core, log, { ...pass, dropTombstonesBelow: ripe });
    await core.queue.submit((stage) => {
      const head = stage.head(log);
      if (log.deleted) return;
      const rest = head.horizons.filter((horizon) => horizon.upTo > ripe);
      const hasNew = pass.end > head.cleanedTo;
      const cleanedTo = Math.max(pass.end, head.cleanedTo);
      // What came in since, and the last batch, count as dirty.
      const cleanBytes = hasNew ? head.bytes : Math.min(head.cleanBytes, head.bytes);
      stage.setHead(log, { ...head, cleanedTo, cleanBytes, horizons: hasNew ? addHorizon(rest, { upTo: pass.end, at: now }) : rest });
    });
  }
}

/** As Kafka's `min.cleanable.dirty.ratio`: rewriting everything for a few new records would cost more than it frees. */
function isDirtyEnough(head: PartitionHead, ratio: number): boolean {
  return head.cleanedTo < head.base && head.bytes - head.cleanBytes >= head.bytes * ratio;
}

/** When the list is full the two newest become one, as late as the later: tombstones stay longer, never shorter. */
function addHorizon(horizons: readonly TombstoneHorizon[], added: TombstoneHorizon): readonly TombstoneHorizon[] {
  const last = horizons.at(-1);
  if (last !== undefined && last.upTo >= added.upTo) return horizons;
  return [...(horizons.length >= HORIZONS ? horizons.slice(0, -1) : horizons), added];
}

interface Pass {
  /** Last offset of each key seen in the dirty part. */
  readonly lastOffsets: ReadonlyMap<string, number>;
  /** Offsets below this have been seen. */
  readonly end: number;
}

async function collectKeys(core: LogCore, log: PartitionLog, from: number): Promise<Pass> {
  const lastOffsets = new Map<string, number>();
  const limit = log.head.base;
  let keyBytes = 0;
  // A crash between merging and noting it may have left `from` inside a merged batch.
  let next = core.storage.read(log, from) === null ? ((await core.storage.locate(log, from)) ?? from) : from;
  let bytesRead = 0;
  while (next < limit && lastOffsets.size < KEYS_PER_PASS && keyBytes < KEY_BYTES_PER_PASS && !log.deleted) {
    const framed = core.loader.checked(log, next);
    const slab = core.loader.decodeOne(log, framed);
    for (let i = 0; i < slab.count; i++) {
      const key = keyOf(slab, i);
      if (key === null) continue;
      const size = lastOffsets.size;
      lastOffsets.set(key, slab.offsets[i] ?? 0);
      if (lastOffsets.size > size) keyBytes += key.length;
    }
    next = slab.nextOffset;
    bytesRead += framed.length;
    if (bytesRead < KEYS_SLICE_BYTES) continue;
    bytesRead = 0;
    await letOthersWork(core);
  }
  return { lastOffsets, end: Math.min(next, limit) };
}

function keyOf(slab: ColumnarSlab, index: number): string | null {
  const length = slab.keyLengths[index] ?? -1;
  if (length < 0) return null;
  const position = slab.keyPositions[index] ?? 0;
  return slab.bufferOf(index).toString('latin1', position, position + length);
}

interface Rewrite extends Pass {
  readonly dropTombstonesBelow: number;
}

async function rewriteBelow(core: LogCore, log: PartitionLog, rewrite: Rewrite): Promise<void> {
  let next = log.head.first;
  while (next < rewrite.end && !log.deleted) {
    const from = next;
    next = await core.queue.submit((stage) => {
      const head = stage.head(log);
      // Retention may have removed batches meanwhile; go on at what is first now.
      if (log.deleted) return rewrite.end;
      if (from < head.first) return head.first;
      if (!stage.claim(log)) return from;
      const slice = rewriteSlice(core, log, from, Math.min(rewrite.end, head.base), rewrite);
      if (slice.framed !== null) {
        for (const base of slice.replaced) stage.operations.push({ kind: 'dropBatch', log, base });
        stage.operations.push({ kind: 'putBatch', log, base: from, framed: slice.framed, replaces: true });
        stage.setHead(log, { ...head, bytes: head.bytes + slice.bytesGained });
        stage.whenDurable(() => core.loader.forget(log));
      }
      return slice.next;
    });
    await letOthersWork(core);
  }
}

async function letOthersWork({ clock }: LogCore): Promise<void> {
  for (let turn = 0; turn < TURNS_BETWEEN; turn++) await clock.yieldTurn();
}

interface Slice {
  readonly next: number;
  /** Null: the batches can stay as they are. */
  readonly framed: Buffer | null;
  readonly replaced: readonly number[];
  readonly bytesGained: number;
}

/** Joins batches from `from` on, as many as make one batch of the usual size, into one without superseded records. */
function rewriteSlice(core: LogCore, log: PartitionLog, from: number, end: number, rewrite: Rewrite): Slice {
  const encoder = new BatchEncoder(FRAME_BYTES, 16 * 1024);
  const replaced: number[] = [];
  let next = from;
  let bytesRead = 0;
  let records = 0;
  let previousLink = 0;
  let link = 0;
  let appendedAt = 0;
  while (next < end && bytesRead < SLICE_BYTES && replaced.length < SLICE_BATCHES) {
    const framed = core.loader.checked(log, next);
    if (replaced.length > 0 && encoder.bytes + framed.length > MERGED_BYTES) break;
    if (replaced.length === 0) previousLink = previousLinkOf(framed);
    replaced.push(next);
    bytesRead += framed.length;
    records += batchHeader.recordsCount(framed, FRAME_BYTES);
    link = linkOf(framed);
    appendedAt = Math.max(appendedAt, framed.readDoubleBE(16));
    copyLive(core.loader.decodeOne(log, framed), from, encoder, rewrite);
    next = batchHeader.nextOffset(framed, FRAME_BYTES);
  }
  if (next === from) return { next: end, framed: null, replaced, bytesGained: 0 };
  if (replaced.length === 1 && encoder.count === records) return { next, framed: null, replaced, bytesGained: 0 };
  const framed = encoder.finish(from, next - from - 1);
  sealFrame(framed, { previousLink, link, appendedAt });
  return { next, framed, replaced: replaced.slice(1), bytesGained: framed.length - bytesRead };
}

function copyLive(slab: ColumnarSlab, from: number, encoder: BatchEncoder, rewrite: Rewrite): void {
  for (let i = 0; i < slab.count; i++) {
    const offset = slab.offsets[i] ?? 0;
    const key = keyOf(slab, i);
    const valueLength = slab.valueLengths[i] ?? -1;
    if (key !== null) {
      const last = rewrite.lastOffsets.get(key);
      if (last !== undefined && last > offset) continue;
      if (valueLength < 0 && offset < rewrite.dropTombstonesBelow) continue;
    }
    const buffer = slab.bufferOf(i);
    encoder.appendAt(
      offset - from, slab.timestamps[i] ?? 0,
      buffer, slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1,
      buffer, slab.valuePositions[i] ?? 0, valueLength,
      slab.encodedHeaders(i),
    );
  }
}
