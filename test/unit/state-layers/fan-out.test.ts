import { describe, expect, it } from 'vitest';
import { createMemoryStores, MaterializedTable, runDemand, type WriteOperation } from '../../../src/state/index.js';
import { INTEGER, STRING } from '../../../src/types/index.js';

const SUBSCRIBERS = 20_000;
const name = (i: number): string => `s${String(i).padStart(6, '0')}`;

async function hotKey(): Promise<MaterializedTable> {
  const store = await createMemoryStores().open('query_0_0', 'subscriptions');
  const table = new MaterializedTable({ name: 'subscriptions', layout: { kind: 'subscription', prefixColumns: 1 }, keyTypes: [STRING, STRING], valueTypes: [INTEGER], store, caching: false });
  // Written in an order that is not that of the keys.
  for (let i = 0; i < SUBSCRIBERS; i++) table.put(['hot', name((i * 7919) % SUBSCRIBERS)], [i], i, false);
  for (let i = 0; i < 10; i++) table.put(['cold', name(i)], [i], i, false);
  await commit(table);
  return table;
}

async function commit(table: MaterializedTable): Promise<void> {
  const operations: WriteOperation[] = [];
  table.collectDirty(() => undefined);
  table.markCommitted();
  expect(table.isStoredAtOnce).toBe(true);
  for (const part of table.collectUnstored(Infinity)) operations.push(...part);
  await table.store.write(operations, 0);
  table.markStored();
}

/** Left keys in the order they are fed, and how many came between two chances to carry them on. */
async function scan(table: MaterializedTable, key: string): Promise<{ readonly fed: unknown[]; readonly pieces: number[] }> {
  const fed: unknown[] = [];
  const pieces: number[] = [];
  let carried = 0;
  const demand = {
    table, range: { by: 'keyPrefix', prefix: [key] } as const, done: () => undefined,
    feed: ([, left]: readonly unknown[]) => {
      fed.push(left);
      return true;
    },
  };
  await runDemand(demand, () => {
    pieces.push(fed.length - carried);
    carried = fed.length;
  });
  return { fed, pieces };
}

describe('a foreign key with very many subscribers', () => {
  it('gives them in the order of their keys, in pieces', async () => {
    const table = await hotKey();
    const { fed, pieces } = await scan(table, 'hot');
    expect(fed).toEqual(Array.from({ length: SUBSCRIBERS }, (_, i) => name(i)));
    expect(Math.max(...pieces)).toBeLessThanOrEqual(1024);
    expect(pieces.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(SUBSCRIBERS - 1024);
  });
  it('sees what is not committed, in its place', async () => {
    const table = await hotKey();
    table.put(['hot', name(3)], null, 1, false);
    table.put(['hot', `${name(5)}a`], [1], 1, false);
    const { fed } = await scan(table, 'hot');
    expect(fed.slice(0, 7)).toEqual([0, 1, 2, 4, 5].map(name).toSpliced(5, 0, `${name(5)}a`, name(6)));
    expect(fed).toHaveLength(SUBSCRIBERS);
  });
  it('keeps few of them in memory, and those of other keys', async () => {
    const table = await hotKey();
    expect(table.bytes()).toBeLessThan(10_000);
    expect((await scan(table, 'cold')).fed).toEqual(Array.from({ length: 10 }, (_, i) => name(i)));
  });
});
