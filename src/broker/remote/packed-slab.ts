import type { Slab } from '../broker.js';
import { BATCH_HEADER_BYTES, BatchEncoder } from '../record-batch.js';
import { ColumnarSlab } from '../slab.js';
import type { PackedSlab } from './messages.js';

/** Copies a slab (many readers may share it) into memory that can be transferred. */
export function packSlab(slab: Slab): PackedSlab {
  const { topic, partition, nextOffset, highWatermark, lastStableOffset } = slab;
  const { columns, buffers, bufferEnds, count } = slab instanceof ColumnarSlab ? parts(slab) : parts(encodedAnew(slab));
  const bytes = new ArrayBuffer(buffers.reduce((sum, buffer) => sum + buffer.length, 0));
  let position = 0;
  for (const buffer of buffers) {
    new Uint8Array(bytes, position, buffer.length).set(buffer);
    position += buffer.length;
  }
  return {
    topic, partition, count, nextOffset, highWatermark, lastStableOffset,
    startOffset: slab.offsets[0] ?? nextOffset,
    columns, bytes,
    bufferEnds: Int32Array.from(bufferEnds),
    bufferLengths: buffers.map((buffer) => buffer.length),
  };
}

export function unpackSlab(packed: PackedSlab): Slab {
  const slab = ColumnarSlab.over(packed, packed.startOffset, packed.count, packed.columns);
  slab.nextOffset = packed.nextOffset;
  let position = 0;
  slab.buffers = packed.bufferLengths.map((length) => {
    const buffer = Buffer.from(packed.bytes, position, length);
    position += length;
    return buffer;
  });
  slab.bufferEnds = packed.bufferEnds;
  return slab;
}

function parts(slab: ColumnarSlab): { readonly columns: ArrayBuffer; readonly buffers: readonly Buffer[]; readonly bufferEnds: Int32Array; readonly count: number } {
  const { count, buffers, bufferEnds } = slab;
  const columns = new ArrayBuffer(count * 32);
  new Float64Array(columns, 0, count).set(slab.offsets.subarray(0, count));
  new Float64Array(columns, count * 8, count).set(slab.timestamps.subarray(0, count));
  [slab.keyPositions, slab.keyLengths, slab.valuePositions, slab.valueLengths].forEach((column, index) => {
    new Int32Array(columns, count * (16 + index * 4), count).set(column.subarray(0, count));
  });
  return { columns, buffers, bufferEnds, count };
}

/** A slab of another make has its headers somewhere else: written again, they lie behind the values. */
function encodedAnew(slab: Slab): ColumnarSlab {
  const encoder = new BatchEncoder(0);
  let b = 0;
  for (let i = 0; i < slab.count; i++) {
    while (i >= (slab.bufferEnds[b] ?? slab.count)) b += 1;
    const buffer = slab.buffers[b] ?? null;
    encoder.append(
      slab.timestamps[i] ?? 0,
      buffer, slab.keyPositions[i] ?? 0, slab.keyLengths[i] ?? -1,
      buffer, slab.valuePositions[i] ?? 0, slab.valueLengths[i] ?? -1,
      slab.headers(i),
    );
  }
  const buffer = encoder.finish(0);
  const copy = new ColumnarSlab(slab, slab.offsets[0] ?? slab.nextOffset, slab.count);
  copy.decode({ buffer, position: BATCH_HEADER_BYTES, end: buffer.length, count: slab.count, baseOffset: 0, baseTimestamp: slab.timestamps[0] ?? 0, fromOffset: 0 });
  copy.offsets.set(slab.offsets.subarray(0, slab.count));
  copy.buffers = [buffer];
  copy.bufferEnds = Int32Array.of(slab.count);
  return copy;
}
