import { expect, it } from 'vitest';
import { openTaskGroup } from '../../../src/runtime/index.js';
import type { BytesStore, StoreProvider } from '../../../src/state/index.js';
import { aggregate, BIDS, call, col, groupBy, persistent, repartition, sink, streamSource } from './plans.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const plan = persistent(sink(aggregate(repartition(groupBy(bids, [['NAME', col(bids, 'NAME')]])), { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] })), { partitionsOf: 'bids' });
const BACKLOG = 4000;
const settings = { offsetReset: 'earliest', caching: false, commitSpacing: 0, storeBacklogBytes: BACKLOG } as const;

/** The only store there is, and how often it was written. */
class Watched {
  store: BytesStore | null = null;
  writes = 0;

  provider(real: StoreProvider): StoreProvider {
    return { open: async (task, name) => (this.store = this.watch(await real.open(task, name))), destroy: (query) => real.destroy(query), close: () => real.close() };
  }
  get offset(): number {
    return this.store?.identity().changelogOffset ?? -1;
  }
  private watch(store: BytesStore): BytesStore {
    return {
      name: store.name,
      identity: () => store.identity(),
      get: (key) => store.get(key),
      write: (operations, offset) => {
        this.writes++;
        return store.write(operations, offset);
      },
      scan: (range, size) => store.scan(range, size),
      snapshot: () => store.snapshot(),
      deleteRange: (range) => store.deleteRange(range),
      approximateBytes: () => store.approximateBytes(),
      close: () => store.close(),
    };
  }
}

it('a store stays behind the commits by a bounded part of its changelog, and by nothing after a stop', async () => {
  const world = new World();
  for (const topic of ['bids', 'out']) await world.topic(topic, 1);
  const watched = new Watched();
  const group = openTaskGroup({ ...world.dependencies(), stores: watched.provider(world.stores) });
  await group.startQuery(plan, settings);
  const atStart = watched.writes;
  let mostBehind = 0;
  const COMMITS = 300;
  for (let i = 0; i < COMMITS; i++) {
    // A changelog record is about 40 bytes.
    await world.write('bids', [0, 1].map((at) => ({ key: 'k', value: { NAME: `name ${(i * 2 + at) % 70}`, PRICE: 1 }, timestamp: i, partition: 0 })));
    await group.whenIdle();
    const reached = (await group.status())[0]?.tasks.flatMap((task) => task.stores)[0]?.changelogOffset ?? 0;
    mostBehind = Math.max(mostBehind, reached - Math.max(0, watched.offset));
  }
  expect(mostBehind).toBeGreaterThan(4);
  expect(mostBehind * 30).toBeLessThan(BACKLOG * 2);
  expect(watched.writes - atStart).toBeLessThan(COMMITS / 4);
  await group.close();
  expect(watched.offset).toBe(COMMITS * 2);
});

it('a store is not written between two records of a trickle, and a second after the last one', async () => {
  const world = new World();
  for (const topic of ['bids', 'out']) await world.topic(topic, 1);
  const watched = new Watched();
  const group = openTaskGroup({ ...world.dependencies(), stores: watched.provider(world.stores) });
  await group.startQuery(plan, { offsetReset: 'earliest', commitSpacing: 0, drainedCommitDelayMs: 60 });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 20) {
      world.clock.advance(20);
      for (let turn = 0; turn < 10; turn++) await world.clock.yieldTurn();
    }
  };
  const logged = async (): Promise<number> => (await group.status())[0]?.tasks.flatMap((task) => task.stores)[0]?.changelogOffset ?? 0;
  await pass(2000);
  const atRest = watched.writes;
  for (let i = 0; i < 10; i++) {
    await world.write('bids', [{ key: 'k', value: { NAME: 'a', PRICE: 1 }, timestamp: i }]);
    await pass(500);
    // Each record is committed before the next one comes.
    expect(await logged()).toBe(i + 1);
  }
  expect(watched.writes).toBe(atRest);
  await pass(3000);
  expect(watched.offset).toBe(10);
  await group.close();
});
