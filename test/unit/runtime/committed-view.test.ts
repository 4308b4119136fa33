import { expect, test } from 'vitest';
import { CommittedView, type ViewedStore } from '../../../src/runtime/task/committed-table.js';
import { MaterializedTable, createMemoryStores } from '../../../src/state/index.js';

const STRING = { kind: 'STRING' } as const;

/** A store with one row whose open snapshots are counted. */
async function storeOf(name: string, key: string | null, open: { snapshots: number }): Promise<ViewedStore> {
  const store = await createMemoryStores().open('Q/0_0', name);
  const table = new MaterializedTable({ name, layout: { kind: 'keyed' }, keyTypes: [STRING], valueTypes: [STRING], store, caching: false, maxBytes: 1e6, sortKey: null });
  if (key !== null) table.put([key], [`value of ${key}`], 1, false);
  const operations: Parameters<typeof store.write>[0][number][] = [];
  table.collectDirty(() => undefined);
  table.markCommitted();
  for (const part of table.collectUnstored(Infinity)) operations.push(...part);
  await store.write(operations, 1);
  table.markStored();
  const snapshot = (): ReturnType<typeof store.snapshot> => {
    const made = store.snapshot();
    open.snapshots += 1;
    return { get: (bytes) => made.get(bytes), scan: (range, size) => made.scan(range, size), release: () => { open.snapshots -= 1; made.release(); } };
  };
  return { spec: { layout: { kind: 'keyed' }, keyTypes: [STRING], valueTypes: [STRING] }, store: { snapshot }, table, sortKey: null };
}

test('one snapshot of each store serves all readers, and is freed when the last has left after the commit', async () => {
  const open = { snapshots: 0 };
  const view = new CommittedView([await storeOf('s', 'a', open), await storeOf('s', 'b', open)], () => 0);
  const [first, second] = [view.use(), view.use()];
  expect(open.snapshots).toBe(2);
  first.release();
  first.release();
  view.retire();
  expect(open.snapshots).toBe(2);
  expect(second.get(['b'])?.row).toEqual(['value of b']);
  second.release();
  expect(open.snapshots).toBe(0);
});

test('a key is found wherever it lies, the likely place first', async () => {
  const open = { snapshots: 0 };
  const asked: unknown[] = [];
  const view = new CommittedView([await storeOf('s', 'a', open), await storeOf('s', null, open), await storeOf('s', 'c', open)], (key) => {
    asked.push(key[0]);
    return key[0] === 'c' ? 2 : 1;
  });
  const table = view.use();
  expect(['a', 'c', 'x'].map((key) => table.get([key])?.row ?? null)).toEqual([['value of a'], ['value of c'], null]);
  expect(asked).toEqual(['a', 'c', 'x']);
});
