/**
 * Keys of the log database: `b` (a batch) or `i` (a pointer to one in the segment files) + topic number, partition, base
 * offset (big-endian, so in order); `f` + fact key; `s`, the last write.
 */
const BATCH = 0x62;
const POINTER = 0x69;
const FACT_PREFIX = 'f';
const BATCH_KEY_BYTES = 17;

export const SEQUENCE_KEY = Buffer.from('s');
export const FACTS_FROM = Buffer.from('f');
export const FACTS_TO = Buffer.from('g');
export const POINTERS_FROM = Buffer.from('i');
export const POINTERS_TO = Buffer.from('j');

export function batchKey(topicNumber: number, partition: number, offset: number): Buffer {
  return writeBatchKey(Buffer.allocUnsafe(BATCH_KEY_BYTES), topicNumber, partition, offset);
}

export function pointerKey(topicNumber: number, partition: number, offset: number): Buffer {
  return asPointerKey(batchKey(topicNumber, partition, offset));
}

/** Turns a batch's key into its pointer's, in place. */
export function asPointerKey(key: Buffer): Buffer {
  key[0] = POINTER;
  return key;
}

export function isPointerKey(key: Buffer): boolean {
  return key[0] === POINTER;
}

export function writeBatchKey(key: Buffer, topicNumber: number, partition: number, offset: number): Buffer {
  key[0] = BATCH;
  key.writeUInt32BE(topicNumber, 1);
  key.writeUInt32BE(partition, 5);
  key.writeUInt32BE(Math.floor(offset / 0x1_0000_0000), 9);
  key.writeUInt32BE(offset % 0x1_0000_0000, 13);
  return key;
}

export function emptyBatchKey(): Buffer {
  return Buffer.alloc(BATCH_KEY_BYTES);
}

export function decodeBatchKey(key: Buffer): { readonly topicNumber: number; readonly partition: number; readonly offset: number } {
  return {
    topicNumber: key.readUInt32BE(1),
    partition: key.readUInt32BE(5),
    offset: key.readUInt32BE(9) * 0x1_0000_0000 + key.readUInt32BE(13),
  };
}

export function factKeyBytes(factKey: string): Buffer {
  return Buffer.from(FACT_PREFIX + factKey);
}
