import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemoryStores, MaterializedTable, type BytesStore, type RowLayout } from '../../../src/state/index.js';
import { BIGINT, STRING, type Key, type Row } from '../../../src/types/index.js';
import { values } from '../operators/operator-run.js';

const open = (store: BytesStore, layout: RowLayout, caching: boolean): MaterializedTable =>
  new MaterializedTable({ name: 't', layout, caching, keyTypes: [STRING], valueTypes: [BIGINT], store, maxBytes: 1500 });

/** Rows that readers of the store can see. */
async function inStore(table: MaterializedTable, low: number): Promise<string[]> {
  const found: string[] = [];
  const { codec } = table;
  for await (const page of table.store.scan(codec.addressing.all(), 5)) {
    for (const entry of page) {
      const { key, row, timestamp } = codec.decode(entry);
      if (!codec.addressing.hasTime || codec.addressing.timeOf(key) >= low) found.push(`${values(key)}: ${values(row)} @${timestamp}`);
    }
  }
  return found.sort();
}

function commit(table: MaterializedTable, model: Map<string, string>): void {
  table.flush();
  table.collectDirty((key, row, timestamp) => {
    if (row === null) model.delete(values(key));
    else model.set(values(key), `${values(key)}: ${values(row)} @${timestamp}`);
  });
  table.markCommitted();
}

/** Writes what is behind; `meanwhile` comes while the write is under way. */
async function write(table: MaterializedTable, meanwhile: () => void): Promise<void> {
  // Rows change while the first part is being written, before the others are collected.
  let isFirst = true;
  for (const part of table.collectUnstored(2)) {
    const written = table.store.write(part, 1);
    if (isFirst) meanwhile();
    isFirst = false;
    await written;
  }
  table.markStored();
  await table.sweep(3);
}

/** Readers by key see the last commit, whatever has been written, stored or let go since. */
function expectCommitted(table: MaterializedTable, committed: ReadonlyMap<string, string>, layout: RowLayout): void {
  const low = table.expiry.committedLowWater();
  for (let at = 0; at < 70; at++) {
    const [name, start] = [`k${at % 7}`, Math.floor(at / 7) * 10];
    const key: Key = layout.kind === 'keyed' ? [name] : [name, start, start + 10];
    const found = table.committed(key);
    const isVisible = layout.kind === 'keyed' || start >= low;
    expect(found === null ? undefined : `${values(key)}: ${values(found.row)} @${found.timestamp}`).toBe(isVisible ? committed.get(values(key)) : undefined);
  }
}

const LAYOUTS: readonly RowLayout[] = [
  { kind: 'keyed' },
  { kind: 'windowed', sizeMs: 10, retentionMs: 30, order: 'key' },
  { kind: 'windowed', sizeMs: 10, retentionMs: 30, order: 'time' },
];
const put = fc.record({ key: fc.integer({ min: 0, max: 6 }), window: fc.integer({ min: 0, max: 9 }), value: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }) });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), put }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), meanwhile: fc.array(put, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('failedWrite' as const) }) },
);

it.each(LAYOUTS)('a store written behind has what the changelog says of the last commit, whatever changes meanwhile: $kind $order', async (layout) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, caching) => {
      const store = await createMemoryStores().open('q/0', 't');
      const table = open(store, layout, caching);
      const committed = new Map<string, string>();
      let current = new Map<string, string | null>();
      const change = ({ key, window, value }: { readonly key: number; readonly window: number; readonly value: number | null }): void => {
        const whole: Key = layout.kind === 'keyed' ? [`k${key}`] : [`k${key}`, window * 10, window * 10 + 10];
        const row: Row | null = value === null ? null : [value];
        table.put(whole, row, value ?? 0, true);
        current.set(values(whole), row === null ? null : values(row));
      };
      for (const [at, each] of steps.entries()) {
        if (each.kind === 'put') change({ ...each.put, value: each.put.value === null ? null : at });
        else if (each.kind === 'commit') {
          commit(table, committed);
          current = new Map();
        } else if (each.kind === 'failedWrite') {
          // The first part does not arrive, and no other is asked for.
          for (const _ of table.collectUnstored(2)) break;
        } else {
          await write(table, () => each.meanwhile.forEach(change));
          const low = table.expiry.committedLowWater();
          const visible = [...committed].filter(([key]) => layout.kind === 'keyed' || Number(key.split(',')[1]) >= low);
          expect(await inStore(table, low)).toEqual(visible.map(([, line]) => line).sort());
          expect(table.unstoredBytes()).toBe(0);
        }
        table.trim();
        expectCommitted(table, committed, layout);
        for (const [key, value] of current) {
          const [name = '', start] = key.split(',');
          const whole: Key = layout.kind === 'keyed' ? [name] : [name, Number(start), Number(start) + 10];
          if (layout.kind !== 'keyed' && Number(start) < table.lowWater()) continue;
          const row = table.get(whole)?.row ?? null;
          expect(row === null ? null : values(row)).toBe(value);
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('rows that expire before they are stored cost the store nothing', async () => {
  const store = await createMemoryStores().open('q/0', 't');
  const table = open(store, { kind: 'windowed', sizeMs: 10, retentionMs: 10, order: 'key' }, false);
  for (let window = 0; window < 5; window++) {
    for (let i = 0; i < 100; i++) table.put([`k${i}`, window * 10, window * 10 + 10], [i], i, false);
    commit(table, new Map());
    expect(table.unstoredBytes()).toBeLessThan(100 * 400);
  }
  const operations = [...table.collectUnstored(10)].flat();
  // The rows of the last window, and the high water.
  expect(operations).toHaveLength(101);
});

it('a committed row is not changed in place: it is still to be stored as it was', async () => {
  const table = open(await createMemoryStores().open('q/0', 't'), { kind: 'keyed' }, true);
  table.put(['a'], [1], 1, false);
  expect(table.slot(['a']).isOwn).toBe(true);
  commit(table, new Map());
  expect(table.slot(['a']).isOwn).toBe(false);
});
