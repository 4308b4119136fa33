import { BATCH_HEADER_BYTES, writeLong, type BatchEncoder } from '../../record-batch.js';
import { CODECS, pack, type Codec } from '../fetch/codecs.js';
import { crc32c } from '../fetch/crc32c.js';
import type { ProducerIdentity } from '../protocol/transaction-apis.js';

const TRANSACTIONAL = 0x10;

/** Who wrote a batch, and its place in the order of what that one wrote to the partition. */
export interface BatchStamp extends ProducerIdentity {
  readonly sequence: number;
  readonly transactional: boolean;
  readonly codec: Codec;
}

/** The bytes that are sent, and sent again unchanged until they are acknowledged. Valid until the encoder is reset. */
export function stampBatch(encoder: BatchEncoder, stamp: BatchStamp): Buffer {
  let batch = encoder.finish(0);
  if (stamp.codec !== 'none') {
    const packed = pack(stamp.codec, batch.subarray(BATCH_HEADER_BYTES));
    batch = Buffer.concat([batch.subarray(0, BATCH_HEADER_BYTES), packed]);
    batch.writeInt32BE(batch.length - 12, 8);
  }
  batch.writeInt32BE(-1, 12);
  batch.writeInt16BE(CODECS.indexOf(stamp.codec) | (stamp.transactional ? TRANSACTIONAL : 0), 21);
  writeLong(batch, 43, stamp.producerId);
  batch.writeInt16BE(stamp.epoch, 51);
  batch.writeInt32BE(stamp.sequence, 53);
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17);
  return batch;
}

/** Sequences count records and begin again at 0 after 2^31 − 1. */
export function sequenceAfter(sequence: number, records: number): number {
  return (sequence + records) & 0x7fffffff;
}
