import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createMemoryStores, MaterializedTable, runDemand, type RowLayout, type WriteOperation } from '../../../src/state/index.js';
import { BIGINT, STRING, type Key } from '../../../src/types/index.js';

const BUCKET_MS = 10;
const LAYOUTS = {
  pending: { kind: 'pending', bucketMs: BUCKET_MS },
  session: { kind: 'session', gapMs: 3, retentionMs: 1000, order: 'time' },
} satisfies Record<string, RowLayout>;

/** Of pending rows `[key, time, side, sequence]`, of sessions `[key, start, end]`. */
const keyOf = (kind: keyof typeof LAYOUTS, name: string, time: number, sequence: number): Key => (kind === 'pending' ? [name, time, 0, sequence] : [name, time - 1, time]);

async function open(kind: keyof typeof LAYOUTS, maxBytes: number): Promise<MaterializedTable> {
  const store = await createMemoryStores().open('q/0', 't');
  return new MaterializedTable({ name: 't', layout: LAYOUTS[kind], caching: false, keyTypes: [STRING], valueTypes: [BIGINT], store, maxBytes, sortKey: null });
}

async function commit(table: MaterializedTable): Promise<void> {
  const operations: WriteOperation[] = [];
  table.collectDirty(() => undefined);
  table.markCommitted();
  for (const part of table.collectUnstored(Infinity)) operations.push(...part);
  await table.store.write(operations, 0);
  table.markStored();
  table.trim();
}

const textOf = (key: Key): string => key.join(' ');

/** Takes away what is found up to a time, at most `most`. */
async function takeUpTo(table: MaterializedTable, by: 'timestamp' | 'windowEnd', from: number, to: number, most: number): Promise<string[]> {
  const found: string[] = [];
  await runDemand({
    table, range: { by, from, to }, done: () => undefined,
    feed: (key, _row, timestamp) => {
      found.push(textOf(key));
      table.put(key, null, timestamp, false);
      return found.length < most;
    },
  });
  return found;
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), name: fc.integer({ min: 0, max: 4 }), time: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), from: fc.integer({ min: 0, max: 60 }), to: fc.integer({ min: 0, max: 60 }), most: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
);

it.each(['pending', 'session'] as const)('what closes is found in the order of time and key, in memory, in the store, and across both: %s', async (kind) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom(300, 1_000_000), async (steps, maxBytes) => {
      const table = await open(kind, maxBytes);
      const model = new Map<string, { readonly time: number; readonly name: string; readonly at: number }>();
      for (const [at, each] of steps.entries()) {
        if (each.kind === 'put') {
          const key = keyOf(kind, `k${each.name}`, each.time, at);
          table.put(key, [at], each.time, false);
          model.set(textOf(key), { time: each.time, name: `k${each.name}`, at });
        } else if (each.kind === 'commit') await commit(table);
        else {
          const found = await takeUpTo(table, kind === 'pending' ? 'timestamp' : 'windowEnd', each.from, each.to, each.most);
          const expected = [...model]
            .filter(([, { time }]) => time >= each.from && time <= each.to)
            .sort(([, a], [, b]) => a.time - b.time || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.at - b.at))
            .slice(0, each.most)
            .map(([text]) => text);
          expect(found).toEqual(expected);
          for (const text of found) model.delete(text);
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('rows of one moment are put in order once, however little by little they go', async () => {
  const ROWS = 2000;
  const table = await open('pending', 10_000_000);
  for (let i = 0; i < ROWS; i++) table.put(keyOf('pending', `k${(i * 7919) % ROWS}`, 5, i), [i], 5, false);
  const encode = vi.spyOn(table.codec.addressing, 'encode');
  let last = '';
  for (let taken = 0; taken < ROWS; taken += 2) {
    for (const text of await takeUpTo(table, 'timestamp', 0, 100, 2)) {
      expect(text > last || last === '').toBe(true);
      last = text;
    }
  }
  expect(encode.mock.calls.length).toBeLessThan(2 * ROWS);
});
