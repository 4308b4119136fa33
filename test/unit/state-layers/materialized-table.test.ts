import { describe, expect, it } from 'vitest';
import { createMemoryStores, MaterializedTable, TableReader, type BytesStore, type RowLayout, type TableOptions, type WriteOperation } from '../../../src/state/index.js';
import { values } from '../operators/operator-run.js';
import { BIGINT, STRING, type Key, type Row } from '../../../src/types/index.js';

const types = { keyTypes: [STRING], valueTypes: [STRING, BIGINT] };
const open = (options: Partial<TableOptions> & { store: BytesStore }): MaterializedTable =>
  new MaterializedTable({ name: 't', layout: { kind: 'keyed' }, caching: false, ...types, ...options });
const newStore = (): Promise<BytesStore> => createMemoryStores().open('query_0_0', 't');

async function commit(table: MaterializedTable): Promise<string[]> {
  const visited = commitOnly(table);
  await store(table);
  return visited;
}
/** What the changelog gets. */
function commitOnly(table: MaterializedTable): string[] {
  const visited: string[] = [];
  table.flush();
  table.collectDirty((key, row, timestamp) => visited.push(`${values(key)} ${row === null ? 'null' : values(row)} @${timestamp}`));
  table.markCommitted();
  return visited;
}
/** Brings the store to the last commit; how many operations that takes. */
async function store(table: MaterializedTable): Promise<number> {
  const operations: WriteOperation[] = [];
  for (const part of table.collectUnstored(Infinity)) operations.push(...part);
  await table.store.write(operations, 1);
  table.markStored();
  return operations.length;
}
const keysIn = async (table: MaterializedTable): Promise<string[]> => {
  const found: string[] = [];
  for await (const page of table.store.scan(table.codec.addressing.all(), 7)) for (const entry of page) found.push(values(table.codec.decode(entry).key));
  return found;
};

/** The same store, counting point reads. */
function counting(backing: BytesStore): { counted: BytesStore; reads: () => number } {
  let reads = 0;
  const counted = new Proxy(backing, {
    get: (target, property) => {
      if (property === 'get') reads++;
      const member: unknown = Reflect.get(target, property);
      const bound: unknown = typeof member === 'function' ? member.bind(target) : member;
      return bound;
    },
  });
  return { counted, reads: () => reads };
}

describe('materialized table', () => {
  it('collapses writes of a commit and skips what came and went', async () => {
    const table = open({ store: await newStore() });
    table.put(['a'], ['x', 1], 1, false);
    table.put(['b'], ['y', 1], 1, false);
    table.put(['a'], ['x', 2], 2, false);
    table.put(['c'], ['z', 1], 3, false);
    table.put(['c'], null, 4, false);
    expect(await commit(table)).toEqual(['a x,2 @2', 'b y,1 @1']);
    table.put(['a'], null, 5, false);
    expect(await commit(table)).toEqual(['a null @5']);
    expect(await keysIn(table)).toEqual(['b']);
  });
  it('forgets uncommitted rows on abort', async () => {
    const table = open({ store: await newStore() });
    table.put(['a'], ['x', 1], 1, false);
    await commit(table);
    table.put(['a'], ['x', 2], 2, false);
    table.put(['b'], ['y', 1], 2, false);
    table.discard();
    expect(table.get(['a'])).toEqual({ row: ['x', 1], timestamp: 1 });
    expect(table.get(['b'])).toBeNull();
    expect(table.dirtyBytes()).toBe(0);
  });
  it('shows readers of forwarded changes the row last forwarded', async () => {
    const table = open({ store: await newStore(), caching: true });
    const emitted: unknown[] = [];
    table.connect((key, row, old, timestamp) => emitted.push([key, row, old, timestamp]));
    table.put(['a'], ['x', 1], 1, true);
    expect(table.forwarded(['a'])).toBeNull();
    table.flush();
    table.put(['a'], ['x', 2], 2, true);
    table.put(['a'], ['x', 3], 3, true);
    expect(table.forwarded(['a'])).toEqual({ row: ['x', 1], timestamp: 1 });
    expect(table.get(['a'])).toEqual({ row: ['x', 3], timestamp: 3 });
    table.flush();
    expect(emitted).toEqual([[['a'], ['x', 1], null, 1], [['a'], ['x', 3], ['x', 1], 3]]);
  });
  it('forwards and gives what changed in parts, each row once and in order', async () => {
    const table = open({ store: await newStore(), caching: true });
    const emitted: unknown[] = [];
    table.connect((key, row, old) => emitted.push([key[0], row?.[1], old?.[1]]));
    const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
    for (const key of keys) table.put([key], ['x', 1], 1, true);
    const more = [table.flush(10), table.flush(10), table.flush(10)];
    expect(more).toEqual([true, true, false]);
    expect(emitted).toEqual(keys.map((key) => [key, 1, undefined]));
    const visited: unknown[] = [];
    const visit = (key: Key): number => visited.push(key[0]);
    expect([table.collectDirty(visit, 0, 10), table.collectDirty(visit, 10, 10), table.collectDirty(visit, 20, 10)]).toEqual([true, true, false]);
    expect(visited).toEqual(keys);
    expect(table.flush(10)).toBe(false);
    table.put(['k3'], ['x', 2], 2, true);
    table.flush(10);
    expect(emitted.at(-1)).toEqual(['k3', 2, 1]);
  });
  it('stays within its bound by dropping clean rows only', async () => {
    const table = open({ store: await newStore(), maxBytes: 50_000, shardSize: 100 });
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 1000; i++) table.put([`k${i}`], [`value ${round}`, i], round, false);
      expect(table.dirtyBytes()).toBeGreaterThan(50_000);
      table.trim();
      expect(table.get(['k5'])?.row).toEqual([`value ${round}`, 5]);
      await commit(table);
      table.trim();
      expect(table.bytes()).toBeLessThanOrEqual(50_000);
    }
    for (let i = 0; i < 1000; i += 97) expect(table.get([`k${i}`])?.row).toEqual(['value 2', i]);
  });
  it('is rebuilt from its changelog', async () => {
    const first = open({ store: await newStore(), layout: { kind: 'session', gapMs: 5, retentionMs: 100, order: 'key' } });
    const changelog: [Key, Row | null, number][] = [];
    for (let i = 0; i < 5; i++) first.put(['a', i * 20, i * 20 + 3], ['x', i], i, false);
    first.put(['a', 20, 23], null, 9, false);
    first.collectDirty((...change) => changelog.push(change));
    const second = open({ store: await newStore(), layout: { kind: 'session', gapMs: 5, retentionMs: 100, order: 'key' } });
    for (const change of changelog) second.restore(...change);
    await commit(second);
    expect(second.sessions(['a'], 0, 1000).map((slot) => slot.key)).toEqual([['a', 0, 3], ['a', 40, 43], ['a', 60, 63], ['a', 80, 83]]);
  });
  it('does not delete expired rows on the word of an aborted record', async () => {
    const layout: RowLayout = { kind: 'windowed', sizeMs: 10, retentionMs: 30, order: 'time' };
    const table = open({ store: await newStore(), layout });
    table.put(['a', 0, 10], ['x', 1], 1, false);
    await commit(table);
    table.put(['a', 1000, 1010], ['x', 2], 1, false);
    await table.sweep(10);
    table.discard();
    table.restoreHighWater(0);
    await commit(table);
    expect(table.get(['a', 0, 10])?.row).toEqual(['x', 1]);
  });
  it.each(['key', 'time'] as const)('sweeps expired windows in slices (%s order)', async (order) => {
    const table = open({ store: await newStore(), layout: { kind: 'windowed', sizeMs: 10, retentionMs: 50, order } });
    for (let i = 0; i < 30; i++) table.put(['a', i * 10, i * 10 + 10], ['x', i], i, false);
    await commit(table);
    for (let i = 0; i < 12; i++) {
      await table.sweep(4);
      await commit(table);
    }
    // Final results, which come by time, look one instant further back than reads by key.
    const edge = order === 'time' ? ['a,240,250'] : [];
    expect(await keysIn(table)).toEqual([...edge, 'a,250,260', 'a,260,270', 'a,270,280', 'a,280,290', 'a,290,300']);
  });
});

describe('after a restart', () => {
  it('finds its rows even when what the operator observed is lost', async () => {
    const layout: RowLayout = { kind: 'windowed', sizeMs: 10, retentionMs: 50, order: 'key' };
    const backing = await newStore();
    const table = open({ store: backing, layout });
    for (const start of [0, 50, 90]) table.put(['a', start, start + 10], ['x', start], 1, false);
    await commit(table);
    const again = open({ store: backing, layout });
    again.restoreHighWater(-1);
    expect(again.highWater()).toBe(90);
    expect([0, 50, 90].map((start) => again.get(['a', start, start + 10])?.row[1])).toEqual([undefined, 50, 90]);
  });
});

describe('hot keys', () => {
  it('merges into a key with 100,000 sessions without touching the others', async () => {
    const backing = await newStore();
    const layout: RowLayout = { kind: 'session', gapMs: 5, retentionMs: 10_000_000, order: 'key' };
    const table = open({ store: backing, layout });
    for (let i = 0; i < 100_000; i++) table.put(['a', i * 20, i * 20 + 1], ['x', i], i, false);
    await commit(table);
    const { counted, reads } = counting(backing);
    const again = open({ store: counted, layout });
    again.restoreHighWater(table.highWater());
    expect(again.sessions(['a'], 600_000, 600_045).map((slot) => slot.key[1])).toEqual([600_000, 600_020, 600_040]);
    expect(reads()).toBeLessThan(8);
  });
});

describe('committed rows', () => {
  it.each([
    { kind: 'windowed', sizeMs: 10, retentionMs: 1000, order: 'key' },
    { kind: 'windowed', sizeMs: 10, retentionMs: 1000, order: 'time' },
    { kind: 'session', gapMs: 3, retentionMs: 1000, order: 'key' },
    { kind: 'session', gapMs: 3, retentionMs: 1000, order: 'time' },
  ] as const)('are read by key and all together from a snapshot: %o', async (layout) => {
    const table = open({ store: await newStore(), layout });
    for (const start of [0, 20, 10]) for (const key of ['b', 'a']) table.put([key, start, start + 10], [key, start], 5, false);
    await commit(table);
    const snapshot = table.store.snapshot();
    table.put(['a', 0, 10], ['dirty', 0], 6, false);
    const reader = new TableReader({ layout, ...types }, snapshot, table.expiry.committedLowWater());
    const windows: Key[] = [];
    for await (const page of reader.windows(['a'])) windows.push(...page.map((row) => row.key));
    expect(windows).toEqual([['a', 0, 10], ['a', 10, 20], ['a', 20, 30]]);
    expect(reader.get(['a', 0, 10])?.row).toEqual(['a', 0]);
    let count = 0;
    for await (const page of reader.all()) count += page.length;
    expect(count).toBe(6);
    snapshot.release();
  });
});
