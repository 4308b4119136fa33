import { describe, expect, it } from 'vitest';
import type { PersistentPlan } from '../../../src/plan/index.js';
import { openTaskGroup, type TaskGroupClient } from '../../../src/runtime/index.js';
import { Crash } from './crash.js';
import { aggregate, BIDS, call, col, foreignKeyJoin, groupBy, persistent, repartition, sink, streamSource, streamStreamJoin, streamTableJoin, tableSource, tumbling } from './plans.js';
import { World, type TestRecord } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const grouped = repartition(groupBy(bids, [['NAME', col(bids, 'NAME')]]));
const people = tableSource({ topic: 'bids', value: BIDS });
const named = (table: typeof people): typeof people => ({ ...table, store: { ...table.store, name: 'named', changelogTopic: 'q-named-changelog' } });
const plans: readonly (readonly [string, PersistentPlan])[] = [
  ['count', persistent(sink(aggregate(grouped, { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] })), { partitionsOf: 'bids' })],
  ['final windows', persistent(sink(tumbling(grouped, 10, { calls: [['N', call('SUM', col(bids, 'PRICE'))]], graceMs: 0, emitFinal: true })), { partitionsOf: 'bids' })],
  ['two streams over one topic', persistent(sink(streamStreamJoin(bids, streamSource({ topic: 'bids', value: BIDS }), 5)))],
  ['join', persistent(sink(streamTableJoin(bids, tableSource({ topic: 'items', value: BIDS }))))],
];
// How many of its intermediate results a foreign-key join shows depends on how records are batched; the last ones do not.
const tables: typeof plans = [
  ['two tables over one topic', persistent(sink(foreignKeyJoin(people, named(tableSource({ topic: 'bids', value: BIDS })), col(people, 'NAME'))), { partitionsOf: 'bids' })],
];
const records: readonly TestRecord[] = Array.from({ length: 24 }, (_, index) => ({
  key: `k${index % 3}`, value: { NAME: `k${index % 4}`, PRICE: index }, timestamp: 100 + index * 3, partition: index % 2,
}));

async function prepare(partitions: number): Promise<World> {
  const world = new World();
  for (const topic of ['bids', 'items', 'out']) await world.topic(topic, partitions);
  await world.write('items', records.slice(0, 6).map((record, index) => ({ ...record, partition: index % partitions, timestamp: record.timestamp - 100 })));
  return world;
}

const settings = { offsetReset: 'earliest', caching: false, commitSpacing: 0 } as const;

/** Stores that are written with every commit, or behind them. */
interface Run {
  readonly plan: PersistentPlan;
  readonly backlog: { readonly storeBacklogBytes?: number };
}
const BACKLOGS: readonly Run['backlog'][] = [{ storeBacklogBytes: 0 }, { storeBacklogBytes: 700 }, {}];

/** Three pieces, each committed when it was read. A dead group leaves the rest to the next one. */
async function feed(world: World, { plan, backlog }: Run, group: TaskGroupClient, crash: Crash): Promise<void> {
  const { partitions = 2 } = (await world.broker.admin.describeTopic('bids')) ?? {};
  const alive = async (work: Promise<unknown>): Promise<void> => {
    while (!(await Promise.race([work.then(() => true), turns().then(() => crash.dead)])));
  };
  await alive(group.startQuery(plan, { ...settings, ...backlog }));
  for (let start = 0; start < records.length; start += 8) {
    await world.write('bids', records.slice(start, start + 8).map((record) => ({ ...record, partition: (record.partition ?? 0) % partitions })));
    if (!crash.dead) await alive(group.whenIdle());
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function withCrash(run: Run, crash: Crash, partitions = 2): Promise<string[]> {
  const world = await prepare(partitions);
  const dependencies = { ...world.dependencies(crash.broker(world.broker)), stores: crash.stores(world.stores) };
  await feed(world, run, openTaskGroup(dependencies), crash);
  const next = world.group();
  await next.startQuery(run.plan, { ...settings, ...run.backlog });
  await next.whenIdle();
  await next.close();
  return world.read('out', (key) => key.toString('latin1'));
}

const runsOf = (all: typeof plans): readonly (readonly [string, number | string, Run])[] =>
  all.flatMap(([name, plan]) => BACKLOGS.map((backlog) => [name, backlog.storeBacklogBytes ?? 'default', { plan, backlog }] as const));

describe.each(runsOf(plans))('a crash at any call of the broker and the stores: %s, stores behind by %s', (_name, _bytes, run) => {
  it.each([['before the call', false], ['answer lost', true]] as const)('changes nothing (%s)', async (_when, answerLost) => {
    const undisturbed = new Crash(Infinity, false);
    const expected = await withCrash(run, undisturbed);
    expect(expected.length).toBeGreaterThan(5);
    for (let at = 1; at <= undisturbed.count; at++) expect({ at, out: (await withCrash(run, new Crash(at, answerLost))).toSorted() }).toEqual({ at, out: expected.toSorted() });
  });
});

const last = (lines: readonly string[]): readonly string[] => [...new Map(lines.map((line) => [line.split(' = ')[0], line])).values()].toSorted();

describe.each(runsOf(tables))('a crash at any call of the broker and the stores: %s, stores behind by %s', (_name, _bytes, run) => {
  it.each([['before the call', false], ['answer lost', true]] as const)('leaves the same table (%s)', async (_when, answerLost) => {
    const undisturbed = new Crash(Infinity, false);
    const expected = last(await withCrash(run, undisturbed, 1));
    expect(expected).toHaveLength(3);
    for (let at = 1; at <= undisturbed.count; at++) expect({ at, out: last(await withCrash(run, new Crash(at, answerLost), 1)) }).toEqual({ at, out: expected });
  });
});
