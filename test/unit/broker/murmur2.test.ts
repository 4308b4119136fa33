import { expect, test } from 'vitest';
import { murmur2, partitionForKey } from '../../../src/broker/index.js';

// Known answers of Kafka's own partitioner.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s', (text, hash) => {
  const bytes = Buffer.from(`..${text}`);
  expect(murmur2(bytes, 2, text.length)).toBe(hash);
  expect(partitionForKey(bytes, 2, text.length, 7)).toBe((hash & 0x7fffffff) % 7);
});
