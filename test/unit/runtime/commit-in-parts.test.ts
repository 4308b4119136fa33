import { expect, it, vi } from 'vitest';
import { openTaskGroup } from '../../../src/runtime/index.js';
import { aggregate, BIDS, call, col, groupBy, persistent, repartition, sink, streamSource } from './plans.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const plan = persistent(sink(aggregate(repartition(groupBy(bids, [['NAME', col(bids, 'NAME')]])), { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] })), { partitionsOf: 'bids' });
const NAMES = 20_000;
const LARGEST_PART = 5000;

it('a commit of very many rows leaves turns to others all along', async () => {
  const world = new World();
  for (const topic of ['bids', 'out']) await world.topic(topic, 1);
  await world.write('bids', Array.from({ length: NAMES }, (_, i) => ({ key: 'k', value: { NAME: `name ${i}`, PRICE: 1 }, timestamp: i, partition: 0 })));
  const turns = vi.spyOn(world.clock, 'yieldTurn');
  const group = openTaskGroup(world.dependencies());
  await group.startQuery(plan, { offsetReset: 'earliest', caching: true, commitIntervalMs: 1_000_000, sliceRecords: NAMES * 2, fetchBytes: 2 ** 26, cacheBytes: 2 ** 26, drainedCommitDelayMs: 0 });
  await group.whenIdle();
  expect((await world.read('out')).length).toBe(NAMES);
  // Forwarded and logged: in parts each.
  expect(turns.mock.calls.length).toBeGreaterThan((2 * NAMES) / LARGEST_PART);
  await group.close();
});
