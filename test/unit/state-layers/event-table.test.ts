import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStores, EventKeys, EventTable, type BytesStore, type WriteOperation } from '../../../src/state/index.js';
import { BIGINT, STRING, type Key } from '../../../src/types/index.js';
import { values } from '../operators/operator-run.js';

const types = { keyTypes: [STRING], valueTypes: [STRING, BIGINT] };
const newStore = (): Promise<BytesStore> => createMemoryStores().open('query_0_0', 't');
const logs = new WeakMap<EventTable, string[]>();
function open(store: BytesStore, retentionMs: number, bucketMs: number, maxBytes = 10_000_000, side: 'left' | 'right' = 'left', keys = new EventKeys(types.keyTypes, 4)): EventTable {
  const table = new EventTable({ name: 't', layout: { kind: 'events', side, retentionMs, bucketMs }, ...types, store, maxBytes, keys });
  const logged: string[] = [];
  table.connectLog((key, row) => logged.push(`${values(key)} ${values(row)}`));
  logs.set(table, logged);
  return table;
}

function commit(table: EventTable): string[] {
  table.collectDirty();
  table.markCommitted();
  return logs.get(table)?.splice(0) ?? [];
}
/** In parts of `most`; `between` runs before each but the first. */
async function write(table: EventTable, store: BytesStore, most = Infinity, between: () => void = () => undefined): Promise<readonly WriteOperation[]> {
  const all: WriteOperation[] = [];
  for (const part of table.collectUnstored(most)) {
    if (all.length > 0) between();
    await store.write(part, 1);
    all.push(...part);
  }
  table.markStored();
  return all;
}
function found(table: EventTable, key: Key, from: number, to: number): string[] {
  const rows: string[] = [];
  table.within(key, from, to, (row, timestamp, sequence) => rows.push(`${values(row)} @${timestamp} #${sequence}`));
  return rows;
}
async function recordsIn(store: BytesStore): Promise<number> {
  let count = 0;
  for await (const page of store.scan({ from: Uint8Array.of(0x70), to: Uint8Array.of(0x71) }, 100)) count += page.length;
  return count;
}
/** The same store, counting point reads. */
function counting(store: BytesStore): { readonly counted: BytesStore; readonly reads: () => number } {
  let reads = 0;
  const counted = new Proxy(store, {
    get: (target, property) => {
      if (property === 'get') reads++;
      const member: unknown = Reflect.get(target, property);
      const bound: unknown = typeof member === 'function' ? member.bind(target) : member;
      return bound;
    },
  });
  return { counted, reads: () => reads };
}

describe('records of a join side', () => {
  it('are met in the order of time, then arrival, over slices of time; each is logged once, in the order of arrival', async () => {
    const table = open(await newStore(), 1000, 10);
    for (const [sequence, time] of [15, 9, 9, 31, 10, 20].entries()) table.append(['a'], ['x', sequence], time, sequence);
    table.append(['b'], ['y', 0], 9, 6);
    expect(found(table, ['a'], 9, 20)).toEqual(['x,1 @9 #1', 'x,2 @9 #2', 'x,4 @10 #4', 'x,0 @15 #0', 'x,5 @20 #5']);
    expect(found(table, ['b'], 0, 40)).toEqual(['y,0 @9 #6']);
    expect(found(table, ['c'], 0, 40)).toEqual([]);
    expect(commit(table)).toEqual(['a,15,0 x,0', 'a,9,1 x,1', 'a,9,2 x,2', 'a,31,3 x,3', 'a,10,4 x,4', 'a,20,5 x,5', 'b,9,6 y,0']);
    expect(commit(table)).toEqual([]);
  });

  it('expire at once for lookups and on arrival, whole slices in memory with the commit and in the store with later writes', async () => {
    const store = await newStore();
    const table = open(store, 20, 10);
    table.append(['a'], ['x', 0], 5, 0);
    table.append(['a'], ['x', 1], 12, 1);
    commit(table);
    await write(table, store);
    table.append(['a'], ['x', 2], 30, 2);
    expect(found(table, ['a'], 0, 50)).toEqual(['x,1 @12 #1', 'x,2 @30 #2']);
    table.append(['a'], ['late', 3], 10, 3);
    expect(found(table, ['a'], 0, 50)).toHaveLength(2);
    table.append(['b'], ['x', 4], 60, 4);
    expect(commit(table)).toHaveLength(2);
    await write(table, store);
    expect(await recordsIn(store)).toBe(3);
    await table.sweep(1);
    await write(table, store);
    expect(await recordsIn(store)).toBe(1);
  });

  it('that expire before the store is written cost it nothing', async () => {
    const store = await newStore();
    const table = open(store, 20, 10);
    for (let time = 0; time < 1000; time += 10) {
      table.append(['a'], ['x', time], time, time);
      commit(table);
    }
    expect(table.unstoredBytes()).toBeLessThan(1000);
    // Those of three slices, and what the store says of itself.
    expect((await write(table, store)).length).toBeLessThan(5);
  });

  it('are written in parts; what comes to a list between two parts, or waited for its commit, is written with the next', async () => {
    const store = await newStore();
    const table = open(store, 1000, 1000);
    for (const key of ['a', 'b', 'c', 'd']) table.append([key], ['x', 0], 1, 0);
    commit(table);
    // Not committed while the others are written.
    table.append(['a'], ['x', 1], 2, 1);
    let sequence = 2;
    await write(table, store, 1, () => ['b', 'd'].forEach((key) => table.append([key], ['x', sequence], sequence + 1, sequence++)));
    const inStore = (key: string): number => {
      const again = open(store, 1000, 1000);
      again.restoreHighWater(table.highWater());
      return found(again, [key], 0, 999).length;
    };
    expect(['a', 'b', 'c', 'd'].map(inStore)).toEqual([1, 1, 1, 1]);
    commit(table);
    await write(table, store);
    for (const key of ['a', 'b', 'c', 'd']) expect(inStore(key)).toBe(found(table, [key], 0, 999).length);
    expect(inStore('a')).toBe(2);
    expect(inStore('b')).toBeGreaterThan(2);
  });

  it('of a key that has 100,000 in one slice are found by reading the few pages of the time asked for', async () => {
    const store = await newStore();
    const table = open(store, 100_000_000, 10_000_000);
    for (let i = 0; i < 100_000; i++) table.append(['a'], ['x', i], i * 10, i);
    commit(table);
    const first = await write(table, store);
    for (const operation of first) if (operation.kind === 'put') expect(operation.value.length).toBeLessThan(65_536);
    table.append(['a'], ['x', 1], 500_005, 100_000);
    commit(table);
    expect((await write(table, store)).length).toBeLessThan(5);
    const { counted, reads } = counting(store);
    const again = open(counted, 100_000_000, 10_000_000);
    again.restoreHighWater(table.highWater());
    expect(found(again, ['a'], 500_000, 500_025)).toEqual(['x,50000 @500000 #50000', 'x,1 @500005 #100000', 'x,50001 @500010 #50001', 'x,50002 @500020 #50002']);
    expect(reads()).toBeLessThan(8);
  });

  it('in memory are bounded, hot key or not', async () => {
    for (const keyOf of [() => 'a', (i: number) => `k${i}`]) {
      const store = await newStore();
      const table = open(store, 100_000_000, 10_000, 200_000);
      for (let i = 0; i < 20_000; i++) {
        table.append([keyOf(i)], ['x', i], i * 10, i);
        if (i % 500 !== 499) continue;
        commit(table);
        await write(table, store);
        for (let calls = 0; calls < 3; calls++) table.trim();
        expect(table.bytes()).toBeLessThan(600_000);
      }
      expect(found(table, [keyOf(3)], 30, 30)).toEqual(['x,3 @30 #3']);
    }
  });

  it('are refused where another version has written the store, and taken back from the changelog after a wipe', async () => {
    const store = await newStore();
    expect(open(store, 1000, 10).isForeign).toBe(false);
    // As the rows of a join side and its key lists once were.
    await store.write([{ kind: 'put', key: Uint8Array.of(0x72, 1), value: Uint8Array.of(1) }, { kind: 'put', key: Uint8Array.of(0x68), value: new Uint8Array(8) }], 7);
    const table = open(store, 1000, 10);
    expect(table.isForeign).toBe(true);
    await store.write([], -1);
    await store.deleteRange({});
    table.discard();
    table.restore(['a', 5, 3], ['x', 1], 5);
    table.restore(['a', 5, 3], ['x', 1], 5);
    // The changelog has it.
    expect(commit(table)).toEqual([]);
    await write(table, store);
    const again = open(store, 1000, 10);
    expect(again.isForeign).toBe(false);
    expect(open(store, 1000, 11).isForeign).toBe(true);
    expect(again.highWater()).toBe(5);
    expect(found(again, ['a'], 0, 9)).toEqual(['x,1 @5 #3']);
  });
});

describe('against a list of all rows', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('append' as const), key: fc.constantFrom('a', 'b', 'c'), back: fc.nat({ max: 40 }), on: fc.constantFrom(1, 1, 1, 20), size: fc.constantFrom(1, 1, 20_000, 40_000) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const), key: fc.constantFrom('a', 'b', 'c'), from: fc.nat({ max: 60 }), width: fc.nat({ max: 30 }) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'commit' as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('write' as const), most: fc.constantFrom(1, 2, Infinity), keys: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }) }) },
    // A write of which only the first part arrives, then as below.
    { weight: 1, arbitrary: fc.constant({ kind: 'torn' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'trim' as const }) },
    // Back to the store: what it lacks of the last commit comes again, as from a changelog.
    { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  );
  it.each([0, 100_000])('with %i bytes of memory', async (maxBytes) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 60 }), async (steps, retention) => {
        const store = await newStore();
        let table = open(store, retention, 8, maxBytes);
        let all: { key: string; time: number; sequence: number; line: string; text: string }[] = [];
        let committed = 0;
        let stored = 0;
        let high = -1;
        let committedHigh = -1;
        let time = 50;
        let sequence = 0;
        const append = ({ key, back, on, size }: { key: string; back: number; on: number; size: number }): void => {
          time += on;
          const at = time - back;
          const text = 'x'.repeat(size);
          table.append([key], [text, sequence], at, sequence);
          high = Math.max(high, at);
          // One that was expired on arrival is logged by nobody.
          if (at > high - retention) all.push({ key, time: at, sequence, line: `${text},${sequence} @${at} #${sequence}`, text });
          sequence++;
        };
        for (const each of steps) {
          if (each.kind === 'append') append(each);
          else if (each.kind === 'look') {
            const [from, to] = [time - each.from, time - each.from + each.width];
            const expected = all.filter((row) => row.key === each.key && row.time >= from && row.time <= to && row.time > high - retention);
            expected.sort((a, b) => a.time - b.time || a.sequence - b.sequence);
            expect(found(table, [each.key], from, to)).toEqual(expected.map((row) => row.line));
          } else if (each.kind === 'commit') {
            expect(commit(table)).toHaveLength(all.length - committed);
            committed = all.length;
            committedHigh = high;
          } else if (each.kind === 'write') {
            const keys = [...each.keys];
            await write(table, store, each.most, () => {
              const key = keys.pop();
              if (key !== undefined) append({ key, back: 3, on: 1, size: 1 });
            });
            await table.sweep(2);
            stored = committed;
          } else if (each.kind === 'trim') table.trim();
          else {
            const [first] = each.kind === 'torn' ? table.collectUnstored(1) : [];
            if (first !== undefined) await store.write(first, 1);
            table = open(store, retention, 8, maxBytes);
            for (const row of all.slice(stored, committed)) table.restore([row.key, row.time, row.sequence], [row.text, row.sequence], row.time);
            commit(table);
            await write(table, store);
            table.restoreHighWater(committedHigh);
            all = all.slice(0, committed);
            stored = committed;
            high = committedHigh;
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
