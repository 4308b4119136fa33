import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchHeader, BatchEncoder } from '../../../src/broker/record-batch.js';
import { ColumnarSlab } from '../../../src/broker/slab.js';

const SOURCE = { topic: 't', partition: 0, highWatermark: 0, lastStableOffset: 0 };

function decode(buffer: Buffer, at: number, fromOffset = 0): ColumnarSlab {
  const count = batchHeader.recordsCount(buffer, at);
  const slab = new ColumnarSlab(SOURCE, fromOffset, count);
  slab.decode({
    buffer, position: at + 61, end: batchHeader.end(buffer, at), count,
    baseOffset: batchHeader.baseOffset(buffer, at), baseTimestamp: batchHeader.baseTimestamp(buffer, at), fromOffset,
  });
  slab.buffers = [buffer];
  slab.bufferEnds = Int32Array.of(slab.count);
  return slab;
}

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)), { nil: null });
const record = fc.record({
  timestamp: fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(0, 20, 1000, -1)),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.record({ key: fc.string(), value: bytes }), { maxLength: 3 }),
});

test('what is encoded decodes to the same, at any base offset', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 50 }), fc.integer({ min: 0, max: 2 ** 52 }), fc.nat(30), (records, base, headroom) => {
      // The distance between two timestamps has to be exact as well.
      fc.pre(records.every(({ timestamp }) => Number.isSafeInteger(timestamp - (records[0]?.timestamp ?? 0))));
      const encoder = new BatchEncoder(headroom);
      for (const { timestamp, key, value, headers } of records) encoder.append(timestamp, key, 0, key?.length ?? -1, value, 0, value?.length ?? -1, headers);
      const slab = decode(encoder.finish(base), headroom);
      expect(slab.count).toBe(records.length);
      for (const [i, { timestamp, key, value, headers }] of records.entries()) {
        const slice = (position = 0, length = -1): Buffer | null => (length < 0 ? null : slab.bufferOf(i).subarray(position, position + length));
        expect(slab.offsets[i]).toBe(base + i);
        expect(slab.timestamps[i]).toBe(timestamp);
        expect(slice(slab.keyPositions[i], slab.keyLengths[i])).toEqual(key);
        expect(slice(slab.valuePositions[i], slab.valueLengths[i])).toEqual(value);
        expect(slab.headers(i)).toEqual(headers);
      }
    }),
  );
});

test('the layout is Kafka\'s', () => {
  const encoder = new BatchEncoder(0);
  encoder.append(1000, Buffer.from('k'), 0, 1, Buffer.from('value'), 0, 5, null);
  encoder.append(900, null, 0, -1, null, 0, -1, [{ key: 'h', value: null }]);
  expect(encoder.finish(5).toString('hex')).toBe(
    '0000000000000005' + '00000049' + '00000000' + '02' + '00000000' + '0000' + '00000001' + '00000000000003e8' + '00000000000003e8' +
      'ffffffffffffffff' + 'ffff' + 'ffffffff' + '00000002' +
      '18000000026b0a76616c756500' + '1400c701020101020268' + '01',
  );
});

test('records below the wanted offset are skipped, and a part of a slab shares its buffers', () => {
  const encoder = new BatchEncoder(0);
  for (let i = 0; i < 10; i++) encoder.append(i, Buffer.from(`k${i}`), 0, 2, null, 0, -1, null);
  const slab = decode(encoder.finish(100), 0, 103);
  expect(Array.from(slab.offsets.subarray(0, slab.count))).toEqual([103, 104, 105, 106, 107, 108, 109]);
  slab.nextOffset = 110;
  const part = slab.from(108);
  expect([part.count, part.nextOffset, part.offsets[0], part.bufferOf(0)]).toEqual([2, 110, 108, slab.bufferOf(0)]);
});

test('any changed length byte is an error or the same number of records, never a read outside', () => {
  const encoder = new BatchEncoder(0);
  for (let i = 0; i < 3; i++) encoder.append(i, Buffer.from('key'), 0, 3, Buffer.from('value'), 0, 5, null);
  const whole = Buffer.from(encoder.finish(0));
  for (let at = 61; at < whole.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const broken = Buffer.from(whole);
      broken[at] = value;
      try {
        const slab = decode(broken, 0);
        for (let i = 0; i < slab.count; i++) {
          expect((slab.valuePositions[i] ?? 0) + Math.max(0, slab.valueLengths[i] ?? 0)).toBeLessThanOrEqual(broken.length);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'DAMAGED' });
      }
    }
  }
});
