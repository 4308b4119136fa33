import { createHash, type Hash } from 'node:crypto';
import type { Broker, RecordHeader } from '../../broker/index.js';
import { BrokerError } from '../../errors/index.js';
import type { CarriedPartition } from './carry-partition.js';
import { partitionRecords, type KeptRecord } from './partition-records.js';

/** What a partition holds on both sides, and where its positions have gone. */
export interface ComparedPartition {
  readonly records: number;
  readonly bytes: number;
  /** Of keys, values, timestamps and headers in order. */
  readonly checksum: string;
  /** Positions of the target for the wanted ones of the source: of the first record that is not below it. */
  readonly positions: ReadonlyMap<number, number>;
}

async function* singly(broker: Broker, topic: string, partition: number): AsyncGenerator<KeptRecord> {
  const [earliest = 0] = await broker.admin.listOffsets([{ topic, partition }], 'earliest', 'read_committed');
  for await (const records of partitionRecords(broker, { topic, partition }, earliest)) yield* records;
}

const sameBytes = (left: Buffer | null, right: Buffer | null): boolean => (left === null || right === null ? left === right : left.equals(right));

function sameHeaders(left: readonly RecordHeader[], right: readonly RecordHeader[]): boolean {
  return left.length === right.length && left.every(({ key, value }, index) => right[index]?.key === key && sameBytes(value, right[index].value));
}

function same(left: KeptRecord, right: KeptRecord): boolean {
  return left.timestamp === right.timestamp && sameBytes(left.key, right.key) && sameBytes(left.value, right.value) && sameHeaders(left.headers, right.headers);
}

/** Returns the bytes. Null and empty are told apart by the length that goes before. */
function digest(hash: Hash, { timestamp, key, value, headers }: KeptRecord): number {
  const parts: (Buffer | null)[] = [Buffer.from(String(timestamp)), key, value];
  for (const header of headers) parts.push(Buffer.from(header.key), header.value);
  let bytes = 0;
  for (const part of parts) {
    hash.update(`${part?.length ?? -1};`);
    if (part !== null) hash.update(part);
    bytes += part?.length ?? 0;
  }
  return bytes;
}

/** Reads both sides again, record by record. Rejects at the first difference. `wanted` in rising order. */
export async function comparePartition(source: Broker, target: Broker, { from, to, partition }: CarriedPartition, wanted: readonly number[]): Promise<ComparedPartition> {
  const differs = (what: string): BrokerError =>
    new BrokerError(`Topic ${to} partition ${partition} is not what topic ${from} of the folder holds: ${what}`, {
      code: 'DAMAGED', retriable: false,
      hint: 'Something else writes to the cluster’s topic, or the folder has changed since the move began. Delete the topics there and begin anew.',
    });
  const there = singly(target, to, partition);
  const hash = createHash('sha256');
  const positions = new Map<number, number>();
  let records = 0;
  let bytes = 0;
  let next = 0;
  let after = 0;
  for await (const record of singly(source, from, partition)) {
    const found = await there.next();
    if (found.done === true) throw differs(`it ends after ${records} records`);
    if (!same(record, found.value)) throw differs(`the record of offset ${record.offset} is another one at ${found.value.offset}`);
    for (let want = wanted[next]; want !== undefined && want <= record.offset; want = wanted[++next]) positions.set(want, found.value.offset);
    bytes += digest(hash, record);
    records += 1;
    after = found.value.offset + 1;
  }
  if ((await there.next()).done !== true) throw differs(`it has more than ${records} records`);
  for (const want of wanted.slice(next)) positions.set(want, after);
  return { records, bytes, checksum: hash.digest('hex'), positions };
}
