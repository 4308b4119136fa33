import { expect, it } from 'vitest';
import { TaskGroupClient, explainStages, type FromGroup, type ToGroup } from '../../../src/runtime/index.js';
import { TaskGroup } from '../../../src/runtime/task-group.js';
import { aggregate, BIDS, call, col, filter, greater, groupBy, persistent, repartition, select, sink, streamSource, transient } from './plans.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const kept = filter(bids, greater(col(bids, 'PRICE'), 3));
const counted = aggregate(repartition(groupBy(kept, [['N', col(bids, 'NAME')]])), { calls: [['C', call('COUNT', col(bids, 'PRICE'))]] });

/** A group whose every message is cloned, as between threads. */
function clonedGroup(world: World): TaskGroupClient {
  let deliver: (message: FromGroup) => void = () => undefined;
  const group = new TaskGroup(world.dependencies(), null, (message) => queueMicrotask(() => deliver(structuredClone(message))));
  return new TaskGroupClient({
    post: (message: ToGroup) => group.receive(structuredClone(message)),
    onMessage: (handler) => {
      deliver = handler;
    },
    close: () => undefined,
  });
}

it('speaks in messages that survive cloning', async () => {
  const world = new World();
  for (const topic of ['bids', 'out']) await world.topic(topic);
  const group = clonedGroup(world);
  const events: string[] = [];
  group.onEvent((event) => events.push(event.kind === 'state' ? event.state : event.kind));
  await group.startQuery(persistent(sink(counted), { partitionsOf: 'bids' }), { offsetReset: 'earliest' });
  await world.write('bids', [{ key: 'a', value: { NAME: 'x', PRICE: 9 }, timestamp: 1 }]);
  await group.whenIdle();
  const seen = [];
  for await (const rows of group.push(transient(kept, { limit: 1 }))) seen.push(...rows);
  expect(seen).toEqual([{ values: ['a', 'x', 9], tombstone: false }]);
  await expect(group.pauseQuery('other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await group.close();
  expect(events).toEqual(['RUNNING', 'commit', 'STOPPED']);
});

it('explains a plan without running it', () => {
  const plan = persistent(sink(select(kept, [['NAME', col(bids, 'NAME')]])));
  const [stage] = explainStages(plan, new World().dependencies());
  expect(stage).toMatchObject({ inputs: ['topic bids'], output: 'topic out', operators: [], stores: [] });
  expect(stage?.code.map((code) => code.steps)).toEqual([['Source-bids', 'WhereFilter', 'Project']]);
  // Names of users are in no source.
  expect(stage?.code[0]?.source).not.toMatch(/NAME|PRICE|bids/);
  const stages = explainStages(persistent(sink(counted), { partitionsOf: 'bids' }), new World().dependencies());
  expect(stages.map(({ inputs, output, stores }) => ({ inputs, output, stores }))).toEqual([
    { inputs: ['topic bids'], output: 'exchange q-repartition', stores: [] },
    { inputs: ['exchange q-repartition'], output: 'topic out', stores: ['Aggregate'] },
  ]);
});

it('refuses plans and steps of a newer release', () => {
  const plan = persistent(sink(kept));
  const dependencies = new World().dependencies();
  const changed = (change: object): Parameters<typeof explainStages>[0] => JSON.parse(JSON.stringify({ ...plan, ...change })) as typeof plan;
  expect(() => explainStages(changed({ version: 2 }), dependencies)).toThrow(/version 2, which this release does not know/);
  expect(() => explainStages(changed({ root: { ...plan.root, source: { ...kept, version: 7 } } }), dependencies)).toThrow(/streamFilter has version 7/);
  expect(() => explainStages(changed({ root: { ...plan.root, source: { ...kept, kind: 'streamTwist' } } }), dependencies)).toThrow(/step 'streamTwist'/);
});
