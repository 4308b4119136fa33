import { expect, test } from 'vitest';
import { saslCredentials, parseEndpoints } from '../../../src/broker/index.js';
import { parseJaas } from '../../../src/broker/kafka/config/jaas.js';
import { canPack, CODECS, pack, unpack } from '../../../src/broker/kafka/fetch/codecs.js';
import { crc32c } from '../../../src/broker/kafka/fetch/crc32c.js';
import { decodeBatches } from '../../../src/broker/kafka/fetch/decode-batches.js';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from '../../../src/broker/kafka/group/consumer-protocol.js';
import { packText, unpackText } from '../../../src/broker/kafka/group/offset-text.js';
import { sequenceAfter, stampBatch, type BatchStamp } from '../../../src/broker/kafka/produce/stamp-batch.js';
import { actionOf, kafkaError, nameOf } from '../../../src/broker/kafka/protocol/error-codes.js';
import { WireReader } from '../../../src/broker/kafka/wire/wire-reader.js';
import { WireWriter } from '../../../src/broker/kafka/wire/wire-writer.js';
import { BatchEncoder, writeLong } from '../../../src/broker/record-batch.js';
import { manualClock } from '../../../src/env/index.js';

test('crc32c is Castagnoli', () => {
  expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283);
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, i) => (i * 37) & 255));
  for (let start = 0; start < 20; start++) expect(crc32c(bytes, start, 100)).toBe(crc32c(Buffer.from(bytes.subarray(start)), 0, 100 - start));
});

test.each([false, true])('what is written is read again (compact: %s)', (compact) => {
  const writer = new WireWriter(compact);
  writer.int8(-3);
  writer.int16(-300);
  writer.int32(-70_000);
  writer.int64(-(2 ** 40));
  writer.int64(2 ** 52);
  writer.string('ü'.repeat(200));
  writer.string(null);
  writer.bytes(Buffer.from([1, 2, 3]));
  writer.bytes(null);
  writer.array(['a', 'b'], (item) => writer.string(item));
  writer.boolean(true);
  writer.end();
  const reader = new WireReader(writer.finish(), compact);
  reader.end();
  expect([reader.int8(), reader.int16(), reader.int32(), reader.int64(), reader.int64()]).toEqual([-3, -300, -70_000, -(2 ** 40), 2 ** 52]);
  expect([reader.string(), reader.string(), reader.bytes(), reader.bytes()]).toEqual(['ü'.repeat(200), null, Buffer.from([1, 2, 3]), null]);
  expect(reader.array(() => reader.text())).toEqual(['a', 'b']);
  expect(reader.boolean()).toBe(true);
  reader.end();
  expect(() => reader.int8()).toThrow(/malformed/);
  const huge = new WireWriter(false);
  huge.int32(2 ** 30);
  expect(() => new WireReader(huge.finish(), false).array(() => 1)).toThrow(/malformed/);
});

test('every codec that can be written here comes back, and zstd of others is read', () => {
  const data = Buffer.from('some words, '.repeat(20_000));
  for (const codec of CODECS) if (canPack(codec)) expect(unpack(CODECS.indexOf(codec), pack(codec, data)).equals(data)).toBe(true);
  expect(unpack(4, Buffer.from('KLUv/SQFKQAAaGVsbG+Xmwo6', 'base64')).toString()).toBe('hello');
  expect(() => unpack(7, data)).toThrow(/unknown codec/);
});

const STAMP: BatchStamp = { producerId: 7, epoch: 0, sequence: 0, transactional: true, codec: 'none' };

function batch(base: number, values: readonly string[], stamp: Partial<BatchStamp> = {}): Buffer {
  const encoder = new BatchEncoder(0);
  for (const value of values) {
    const bytes = Buffer.from(value);
    encoder.append(base, Buffer.from([0, 0, 0, 0]), 0, 4, bytes, 0, bytes.length, null);
  }
  const bytes = Buffer.from(stampBatch(encoder, { ...STAMP, ...stamp }));
  writeLong(bytes, 0, base);
  return bytes;
}

/** A marker, and a batch that compaction has emptied, as brokers write them. */
function control(base: number, producerId: number, kind: 'abort' | 'commit'): Buffer {
  const encoder = new BatchEncoder(0);
  encoder.append(0, Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1]), 0, 4, Buffer.alloc(6), 0, 6, null);
  const bytes = Buffer.from(stampBatch(encoder, { ...STAMP, producerId }));
  writeLong(bytes, 0, base);
  bytes.writeInt16BE(0x30, 21);
  bytes.writeUInt32BE(crc32c(bytes, 21, bytes.length), 17);
  return bytes;
}

function read(records: Buffer, aborted: readonly { producerId: number; firstOffset: number }[], fromOffset = 0, isolation: 'read_committed' | 'read_uncommitted' = 'read_committed') {
  const { slab, cutOff } = decodeBatches({ source: { topic: 't', partition: 0, highWatermark: 99, lastStableOffset: 99 }, records, fromOffset, isolation, aborted });
  const values = Array.from({ length: slab.count }, (_, i) => {
    const buffer = slab.bufferOf(i);
    return buffer.toString('utf8', slab.valuePositions[i], (slab.valuePositions[i] ?? 0) + (slab.valueLengths[i] ?? 0));
  });
  return { values, next: slab.nextOffset, cutOff, offsets: [...slab.offsets.subarray(0, slab.count)] };
}

test('aborted transactions are left out batch by batch: two at once, the same producer twice, keys of zeros, markers apart', () => {
  const log = Buffer.concat([
    batch(0, ['C1']), control(1, 7, 'commit'), batch(2, ['A1']), batch(3, ['A2'], { producerId: 8 }), control(4, 7, 'abort'), batch(5, ['C2', 'C3']),
    control(7, 8, 'abort'), control(8, 7, 'commit'), batch(9, ['A3']), control(10, 7, 'abort'), batch(11, ['P'], { transactional: false, producerId: 7 }),
  ]);
  const aborted = [{ producerId: 7, firstOffset: 9 }, { producerId: 8, firstOffset: 3 }, { producerId: 7, firstOffset: 2 }];
  expect(read(log, aborted)).toMatchObject({ values: ['C1', 'C2', 'C3', 'P'], next: 12 });
  expect(read(log, [], 0, 'read_uncommitted').values).toEqual(['C1', 'A1', 'A2', 'C2', 'C3', 'A3', 'P']);
  // Both transactions were open before the fetch began.
  expect(read(Buffer.concat([batch(5, ['A']), batch(6, ['B'], { producerId: 8 })]), [{ producerId: 7, firstOffset: 1 }, { producerId: 8, firstOffset: 2 }], 5)).toMatchObject({ values: [], next: 7 });
});

test('control, emptied and compacted batches move the position on; a batch that is cut off waits', () => {
  const emptied = batch(0, ['x']);
  const header = Buffer.from(emptied.subarray(0, 61));
  header.writeInt32BE(61 - 12, 8);
  header.writeInt32BE(9, 23);
  header.writeInt32BE(0, 57);
  header.writeUInt32BE(crc32c(header, 21, 61), 17);
  expect(read(header, [])).toMatchObject({ values: [], next: 10 });
  expect(read(Buffer.concat([header, control(10, 7, 'commit'), batch(11, ['a', 'b', 'c'])]), [], 12)).toMatchObject({ values: ['b', 'c'], next: 14, offsets: [12, 13] });
  const whole = batch(0, ['a']);
  expect(read(Buffer.concat([whole, batch(1, ['b']).subarray(0, 40)]), [])).toMatchObject({ values: ['a'], next: 1, cutOff: false });
  expect(read(whole.subarray(0, 40), [])).toMatchObject({ values: [], next: 0, cutOff: true });
});

test('a flipped bit anywhere under the checksum is noticed', () => {
  const whole = batch(0, ['value']);
  for (let at = 21; at < whole.length; at++) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    expect(() => read(bytes, [])).toThrow(/checksum/);
  }
});

test('sequences wrap to 0', () => {
  expect(sequenceAfter(2 ** 31 - 1, 1)).toBe(0);
  expect(sequenceAfter(2 ** 31 - 3, 10)).toBe(7);
});

test('every error code of Kafka is known to mean something; unknown ones fail with their number', () => {
  for (let code = 1; code <= 130; code++) {
    expect(['retry', 'refresh', 'fail']).toContain(actionOf(code));
    expect(kafkaError(code, 'Asking').message).toContain(nameOf(code));
  }
  expect(kafkaError(999, 'Asking')).toMatchObject({ retriable: false, message: expect.stringContaining('999') as unknown });
});

test('members tell each other topics, user data and what they own', () => {
  const subscription = { topics: ['a', 'b'], userData: Buffer.from('u'), owned: [{ topic: 'a', partition: 3 }] };
  expect(decodeSubscription('m', encodeSubscription(subscription))).toEqual({ memberId: 'm', ...subscription });
  const assignment = { partitions: [{ topic: 'a', partition: 0 }, { topic: 'a', partition: 2 }], userData: Buffer.from('x') };
  expect(decodeAssignment(encodeAssignment(assignment))).toEqual(assignment);
  expect(decodeAssignment(Buffer.alloc(0)).partitions).toEqual([]);
});

test('jaas texts are read with quotes and escapes, and never repeated in errors', () => {
  expect(parseJaas(`a.b.PlainLoginModule required username="a\\"b" password='c;d' x=y;`)).toEqual({ module: 'PlainLoginModule', options: new Map([['username', 'a"b'], ['password', 'c;d'], ['x', 'y']]) });
  for (const wrong of ['', 'PlainLoginModule', 'PlainLoginModule required username="s3cret"', 'PlainLoginModule required s3cret;']) {
    expect(() => parseJaas(wrong)).toThrow(/sasl\.jaas\.config/);
    expect(() => parseJaas(wrong)).not.toThrow(/s3cret/);
  }
  const settings = new Map([['sasl.mechanism', 'GSSAPI'], ['sasl.jaas.config', 'X required;']]);
  expect(() => saslCredentials((name) => settings.get(name) ?? null, manualClock())).toThrow(/GSSAPI/);
});

test('texts with offsets fit into what brokers take', () => {
  const short = '{"v":1}';
  const long = JSON.stringify(Array.from({ length: 200 }, (_, i) => [`0_${i}`, 17, [1_700_000_000_000 + i], [{ streamTime: 1_700_000_000_000 }]]));
  expect(packText(short)).toBe(short);
  expect(packText(long).length).toBeLessThan(4096);
  for (const text of [short, long, 'z1:not packed', '']) expect(unpackText(packText(text))).toBe(text);
  expect(unpackText('z1:?')).toBe('z1:?');
});

test('addresses', () => {
  expect(parseEndpoints(['a:1', 'SASL_SSL://b.c:9092', '[::1]:3'])).toEqual([{ host: 'a', port: 1 }, { host: 'b.c', port: 9092 }, { host: '::1', port: 3 }]);
  for (const wrong of ['a', 'a:0', 'a:99999', 'http//a:1']) expect(() => parseEndpoints([wrong])).toThrow(/no address/);
});
