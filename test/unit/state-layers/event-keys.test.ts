import { expect, it } from 'vitest';
import { EventKeys, EventLists } from '../../../src/state/layers/event-keys.js';
import type { EventBucket } from '../../../src/state/layers/event-list.js';
import { STRING } from '../../../src/types/index.js';

const bucket = (slice: number): EventBucket => ({
  slice, start: slice * 10, rows: { sizeOf: () => 1, read: () => [] }, lists: [], complete: true, bytes: 0, dirtyBytes: 0, unstored: [], unstoredBytes: 0,
});
const newKeys = (): EventKeys => new EventKeys([STRING], 4);

it('finds the lists of a key whatever the order of their slices, and forgets a key with its last one', () => {
  const keys = newKeys();
  const left = new EventLists(keys, true);
  const slices = (): number[] => [0, 1, 2, 3, 4].filter((slice) => left.find(keys.get('a'), slice) !== null);
  const lists = [2, 0, 3, 1].map((slice) => left.add(bucket(slice), keys.getOrAdd(['a'], 'a')));
  expect(slices()).toEqual([0, 1, 2, 3]);
  for (const [at, remaining] of [[0, [0, 1, 3]], [2, [0, 1]], [1, [1]]] as const) {
    const list = lists[at];
    if (list !== undefined) left.remove(list);
    expect(slices()).toEqual(remaining);
  }
  const last = lists[3];
  if (last !== undefined) left.remove(last);
  expect(keys.get('a')).toBeNull();
});

it('keeps a key while either side has rows of it', () => {
  const keys = newKeys();
  const [left, right] = [new EventLists(keys, true), new EventLists(keys, false)];
  const one = left.add(bucket(0), keys.getOrAdd(['a'], 'a'));
  const other = right.add(bucket(0), keys.getOrAdd(['a'], 'a'));
  expect(one.owner).toBe(other.owner);
  left.remove(one);
  expect(left.find(keys.get('a'), 0)).toBeNull();
  expect(right.find(keys.get('a'), 0)).toBe(other);
  right.clear();
  expect(keys.get('a')).toBeNull();
});

it('takes expired lists from their keys a few for each new one, until none is left', () => {
  const keys = newKeys();
  const left = new EventLists(keys, true);
  const slicesOf = (key: string): number[] => [0, 1, 2, 3, 4].filter((slice) => left.find(keys.get(key), slice) !== null);
  const [first, second, third] = [bucket(0), bucket(1), bucket(2)];
  for (let i = 0; i < 40; i++) left.add(first, keys.getOrAdd([`k${i}`], `k${i}`));
  for (let i = 0; i < 10; i++) left.add(second, keys.getOrAdd([`k${i}`], `k${i}`));
  left.retire(first, 1);
  let most = 0;
  for (let i = 0; i < 12; i++) {
    const before = first.lists.length;
    left.add(third, keys.getOrAdd([`n${i}`], `n${i}`));
    most = Math.max(most, before - first.lists.length);
  }
  expect(most).toBe(4);
  expect(first.lists).toHaveLength(0);
  for (let i = 0; i < 40; i++) expect(slicesOf(`k${i}`)).toEqual(i < 10 ? [1] : []);
  for (let i = 10; i < 40; i++) expect(keys.get(`k${i}`)).toBeNull();
  // One that comes again while the old one waits is not taken for it.
  left.retire(second, 2);
  left.add(third, keys.getOrAdd(['k0'], 'k0'));
  for (let i = 0; i < 8; i++) left.add(third, keys.getOrAdd([`m${i}`], `m${i}`));
  expect(slicesOf('k0')).toEqual([2]);
});
