import { expect, it } from 'vitest';
import { EventKeys, listIn } from '../../../src/state/layers/event-keys.js';
import type { EventBucket } from '../../../src/state/layers/event-list.js';
import { stringOf } from '../../../src/types/index.js';

const bucket = (slice: number): EventBucket => ({
  slice, start: slice * 10, rows: { sizeOf: () => 1, read: () => [] }, lists: [], complete: true, bytes: 0, dirtyBytes: 0, unstored: [], unstoredBytes: 0,
});
const newKeys = (): EventKeys => new EventKeys((key) => stringOf(key[0] ?? null), 4);
const slicesOf = (keys: EventKeys, key: string): number[] => [0, 1, 2, 3, 4].filter((slice) => listIn(keys.get(key), slice) !== null);

it('finds the lists of a key whatever the order of their slices, and forgets a key with its last one', () => {
  const keys = newKeys();
  const lists = [2, 0, 3, 1].map((slice) => keys.add(bucket(slice), ['a'], 'a'));
  expect(slicesOf(keys, 'a')).toEqual([0, 1, 2, 3]);
  for (const [at, left] of [[0, [0, 1, 3]], [2, [0, 1]], [1, [1]]] as const) {
    const list = lists[at];
    if (list !== undefined) keys.remove(list);
    expect(slicesOf(keys, 'a')).toEqual(left);
  }
  const last = lists[3];
  if (last !== undefined) keys.remove(last);
  expect(keys.get('a')).toBeUndefined();
});

it('takes expired lists from their keys a few for each new one, until none is left', () => {
  const keys = newKeys();
  const [first, second, third] = [bucket(0), bucket(1), bucket(2)];
  for (let i = 0; i < 40; i++) keys.add(first, [`k${i}`], `k${i}`);
  for (let i = 0; i < 10; i++) keys.add(second, [`k${i}`], `k${i}`);
  keys.retire(first, 1);
  let most = 0;
  for (let i = 0; i < 12; i++) {
    const before = first.lists.length;
    keys.add(third, [`n${i}`], `n${i}`);
    most = Math.max(most, before - first.lists.length);
  }
  expect(most).toBe(4);
  expect(first.lists).toHaveLength(0);
  for (let i = 0; i < 40; i++) expect(slicesOf(keys, `k${i}`)).toEqual(i < 10 ? [1] : []);
  for (let i = 10; i < 40; i++) expect(keys.get(`k${i}`)).toBeUndefined();
  // One that comes again while the old one waits is not taken for it.
  keys.retire(second, 2);
  keys.add(third, ['k0'], 'k0');
  for (let i = 0; i < 8; i++) keys.add(third, [`m${i}`], `m${i}`);
  expect(slicesOf(keys, 'k0')).toEqual([2]);
});
