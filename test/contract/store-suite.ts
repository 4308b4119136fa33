import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BytesStore, Entry, KeyRange, StoreProvider, StoreSnapshot, WriteOperation } from '../../src/state/index.js';

export interface StoresUnderTest {
  readonly stores: StoreProvider;
  readonly dispose: () => Promise<void>;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
export const put = (key: string, value: string): WriteOperation => ({ kind: 'put', key: bytes(key), value: bytes(value) });
export const remove = (key: string): WriteOperation => ({ kind: 'delete', key: bytes(key) });

export function textAt(store: BytesStore | StoreSnapshot, key: string): string | null {
  const value = store.get(bytes(key));
  return value === null ? null : Buffer.from(value).toString('latin1');
}

async function scanned(store: BytesStore | StoreSnapshot, range: KeyRange = {}, pageSize = 3): Promise<readonly string[]> {
  const entries: Entry[] = [];
  for await (const page of store.scan(range, pageSize)) {
    expect(page.length).toBeLessThanOrEqual(pageSize);
    entries.push(...page);
  }
  return entries.map(({ key, value }) => `${Buffer.from(key).toString('latin1')}=${Buffer.from(value).toString('latin1')}`);
}

/** What every StoreProvider promises. */
export function storeSuite(name: string, open: () => Promise<StoresUnderTest>): void {
  describe(`${name} stores`, () => {
    let under: StoresUnderTest;
    let store: BytesStore;
    beforeEach(async () => {
      under = await open();
      store = await under.stores.open('q1/0_0', 'main');
    });
    afterEach(() => under.dispose());

    test('a new store is empty and has reached nothing', async () => {
      // No batches: whoever asks knows without reading that no key is there.
      expect(store.identity()).toMatchObject({ epoch: 1, changelogOffset: -1, batches: 0 });
      expect(store.identity().uuid).not.toBe('');
      expect(textAt(store, 'a')).toBeNull();
      expect(await scanned(store)).toEqual([]);
    });

    test('writes are one step with the changelog offset they reach', async () => {
      const before = store.identity().batches;
      await store.write([put('a', '1'), put('b', '2'), put('', 'empty key'), put('e', '')], 10);
      await store.write([put('a', '3'), remove('b'), remove('never')], 12);
      expect([textAt(store, 'a'), textAt(store, 'b'), textAt(store, ''), textAt(store, 'e')]).toEqual(['3', null, 'empty key', '']);
      expect(store.identity()).toMatchObject({ changelogOffset: 12, batches: before + 2 });
    });

    test('the caller may reuse its buffers', async () => {
      const key = bytes('k');
      const value = bytes('v');
      await store.write([{ kind: 'put', key, value }], 1);
      key[0] = 0;
      value[0] = 0;
      expect(textAt(store, 'k')).toBe('v');
    });

    test('scans ranges in the order of unsigned bytes, both ways, in pages', async () => {
      const keys = ['\x00', '\x00\x01', 'a', 'a\x00', 'b', '\x7f', '\x80', '\xff', '\xff\xff'];
      await store.write([...keys].reverse().map((key) => put(key, 'v')), 1);
      expect(await scanned(store)).toEqual(keys.map((key) => `${key}=v`));
      expect(await scanned(store, { reverse: true }, 2)).toEqual([...keys].reverse().map((key) => `${key}=v`));
      expect(await scanned(store, { from: bytes('a'), to: bytes('\x80') })).toEqual(['a=v', 'a\x00=v', 'b=v', '\x7f=v']);
      expect(await scanned(store, { from: bytes('a'), to: bytes('\x80'), reverse: true })).toEqual(['\x7f=v', 'b=v', 'a\x00=v', 'a=v']);
      expect(await scanned(store, { from: bytes('c'), to: bytes('d') })).toEqual([]);
    });

    test('stores of a task do not see each other', async () => {
      const other = await under.stores.open('q1/0_0', 'other');
      await store.write([put('k', 'main')], 1);
      await other.write([put('k', 'other')], 5);
      expect([textAt(store, 'k'), textAt(other, 'k')]).toEqual(['main', 'other']);
      expect(await scanned(other)).toEqual(['k=other']);
      expect([store.identity().changelogOffset, other.identity().changelogOffset]).toEqual([1, 5]);
    });

    test('a snapshot stays as it was, also while it is scanned', async () => {
      await store.write(['a', 'b', 'c', 'd'].map((key) => put(key, '1')), 1);
      const snapshot = store.snapshot();
      await store.write([put('a', '2'), remove('b'), put('bb', 'new'), put('e', 'new')], 2);
      expect([textAt(snapshot, 'a'), textAt(snapshot, 'b'), textAt(snapshot, 'e')]).toEqual(['1', '1', null]);
      const seen: string[] = [];
      for await (const page of snapshot.scan({}, 1)) {
        for (const { key } of page) seen.push(Buffer.from(key).toString());
        await store.write([remove('c'), remove('d'), put('c0', 'x')], 3);
      }
      expect(seen).toEqual(['a', 'b', 'c', 'd']);
      expect(await scanned(snapshot, { reverse: true })).toEqual(['d=1', 'c=1', 'b=1', 'a=1']);
      snapshot.release();
      expect(await scanned(store)).toEqual(['a=2', 'bb=new', 'c0=x', 'e=new']);
    });

    test('deletes ranges of any size', async () => {
      await store.write(Array.from({ length: 3500 }, (_, i) => put(`k${String(i).padStart(5, '0')}`, 'v')), 1);
      await store.deleteRange({ from: bytes('k00010'), to: bytes('k03490') });
      expect(await scanned(store, {}, 1000)).toHaveLength(20);
      expect(store.identity().changelogOffset).toBe(1);
      await store.deleteRange({});
      expect(await scanned(store)).toEqual([]);
    });

    test('closing and opening again keeps everything and counts the opening', async () => {
      await store.write([put('a', '1')], 7);
      const before = store.identity();
      await store.close();
      const again = await under.stores.open('q1/0_0', 'main');
      expect(textAt(again, 'a')).toBe('1');
      expect(again.identity()).toMatchObject({ uuid: before.uuid, epoch: before.epoch + 1, changelogOffset: 7 });
    });

    test('destroying a query takes its tasks and no others', async () => {
      await store.write([put('a', '1')], 7);
      const neighbour = await under.stores.open('q10/0_0', 'main');
      await neighbour.write([put('a', '10')], 7);
      await store.close();
      await under.stores.destroy('q1');
      expect(textAt(neighbour, 'a')).toBe('10');
      const again = await under.stores.open('q1/0_0', 'main');
      expect(textAt(again, 'a')).toBeNull();
      expect(again.identity()).toMatchObject({ changelogOffset: -1, epoch: 1 });
    });

    test('agrees with a plain map under random writes', async () => {
      const key = fc.array(fc.constantFrom(0, 1, 127, 128, 255), { maxLength: 3 }).map((codes) => String.fromCharCode(...codes));
      const operation = fc.record({ key, value: fc.option(fc.string({ maxLength: 5, unit: 'binary-ascii' }), { nil: null }) });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(operation, { maxLength: 20 }), { maxLength: 8 }), async (batches) => {
          const model = new Map<string, string>();
          const fresh = await under.stores.open(`p${round++}`, 'main');
          for (const [i, batch] of batches.entries()) {
            await fresh.write(batch.map(({ key: k, value }) => (value === null ? remove(k) : put(k, value))), i);
            for (const { key: k, value } of batch) {
              if (value === null) model.delete(k);
              else model.set(k, value);
            }
          }
          const expected = [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, value]) => `${k}=${value}`);
          expect(await scanned(fresh, {}, 4)).toEqual(expected);
          for (const [k, value] of model) expect(textAt(fresh, k)).toBe(value);
          await fresh.close();
        }),
        { numRuns: 20 },
      );
    });
  });
}
