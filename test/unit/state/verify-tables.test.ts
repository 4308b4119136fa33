import { expect, test } from 'vitest';
import { crc32c } from '../../../src/state/disk/crc32c.js';
import { isIntactTable } from '../../../src/state/disk/verify-tables.js';

test('CRC-32C has its known answers', () => {
  const of = (bytes: Uint8Array): number => crc32c(bytes, 0, bytes.length);
  expect(of(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(of(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(of(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from('..123456789.'), 2, 11)).toBe(0xe3069283);
});

test('what is no table is not intact', () => {
  expect(isIntactTable(Buffer.alloc(0))).toBe(false);
  expect(isIntactTable(Buffer.alloc(200, 7))).toBe(false);
});
