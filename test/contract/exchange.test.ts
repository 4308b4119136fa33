import { describe, expect, it } from 'vitest';
import type { Formats, PersistentPlan } from '../../src/plan/index.js';
import type { MessageQueryOptions } from '../../src/runtime/index.js';
import {
  aggregate, BIDS, call, col, DELIMITED_FORMATS, filter, foreignKeyJoin, greater, groupBy, JSON_FORMATS, persistent, plus, repartition, select, selectKey, sink, streamSource,
  streamStreamJoin, streamTableJoin, tableAggregate, tableFilter, tableGroupBy, tableSelect, tableSource, tableTableJoin, tumbling,
} from '../unit/runtime/plans.js';
import { BIGINT } from '../../src/types/index.js';
import { World, type TestRecord } from '../unit/runtime/world.js';

/** Every exchange must give the same results: rows in memory, bytes in memory (lossy formats), and the repartition topic. */
const bids = streamSource({ topic: 'bids', value: BIDS });
const items = tableSource({ topic: 'items', value: BIDS });

function counts(formats: Formats): PersistentPlan {
  const grouped = groupBy(bids, [['NAME', col(bids, 'NAME')]]);
  const counted = aggregate(repartition(grouped, formats), { calls: [['N', call('COUNT', col(bids, 'PRICE'))], ['S', call('SUM', col(bids, 'PRICE'))]] });
  return persistent(sink(counted), { partitionsOf: 'bids' });
}

function perTable(formats: Formats): PersistentPlan {
  const grouped = tableGroupBy(items, [['NAME', col(items, 'NAME')]], formats);
  const counted = tableAggregate(grouped, { calls: [['N', call('COUNT', col(items, 'PRICE'))], ['S', call('SUM', col(items, 'PRICE'))]] });
  const had = tableFilter(counted, greater(col(counted, 'N'), 0));
  return persistent(sink(tableSelect(had, [['N', col(had, 'N')], ['S', plus(col(had, 'S'), 0)]])), { partitionsOf: 'items' });
}

function joined(formats: Formats): PersistentPlan {
  const rekeyed = repartition(selectKey(filter(bids, greater(col(bids, 'PRICE'), 0)), [['NAME', col(bids, 'NAME')]]), formats);
  const join = streamTableJoin(rekeyed, items);
  return persistent(sink(select(join, [['P', { ...col(bids, 'PRICE') }], ['I', { kind: 'column', type: { kind: 'STRING' }, side: 'value', index: 2, name: 'I' }]])), { partitionsOf: 'bids' });
}

function windows(formats: Formats): PersistentPlan {
  const counted = tumbling(repartition(groupBy(bids, [['NAME', col(bids, 'NAME')]]), formats), 10, { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] });
  return persistent(sink(counted), { partitionsOf: 'bids' });
}

/** Left rows refer to right keys by name; regrouped, so that the join must know what it emitted before. */
function foreign(formats: Formats): PersistentPlan {
  const left = tableSource({ topic: 'bids', value: BIDS });
  const join = foreignKeyJoin(left, items, col(left, 'NAME'));
  const regrouped = tableGroupBy(join, [['NAME', col(left, 'NAME')]], formats);
  return persistent(sink(tableAggregate(regrouped, { calls: [['N', call('COUNT', { kind: 'column', type: BIGINT, side: 'value', index: 3, name: 'R' })]] })), { partitionsOf: 'bids' });
}
function foreignRows(): PersistentPlan {
  const left = tableSource({ topic: 'bids', value: BIDS });
  return persistent(sink(tableFilter(foreignKeyJoin(left, items, col(left, 'NAME')), greater(col(left, 'PRICE'), 5))), { partitionsOf: 'bids' });
}
function tables(): PersistentPlan {
  return persistent(sink(tableTableJoin(tableSource({ topic: 'bids', value: BIDS }), items)));
}
function streams(formats: Formats): PersistentPlan {
  const byName = (topic: string) => {
    const source = streamSource({ topic, value: BIDS });
    const rekeyed = selectKey(filter(source, greater(col(source, 'PRICE'), 0)), [['NAME', col(source, 'NAME')]]);
    const step = repartition(rekeyed, formats);
    return { ...step, topic: `q-${topic === 'bids' ? 'subscription' : 'response'}` };
  };
  return persistent(sink(streamStreamJoin(byName('bids'), byName('items'), 4)), { partitionsOf: 'bids' });
}

const names = ['x', 'y', 'z', 'x y', ''];
const record = (index: number, name: string | null, price: number | null): TestRecord => ({
  key: `k${index % 5}`, value: index % 11 === 10 ? null : { NAME: name, PRICE: price }, timestamp: index, partition: index % 3,
  headers: index % 4 === 0 ? [{ key: 'i', value: Buffer.from(String(index)) }] : [],
});
const records = Array.from({ length: 60 }, (_, index) => record(index, index % 13 === 12 ? null : (names[index % names.length] ?? null), index % 7 === 6 ? null : index));

type Settings = Partial<MessageQueryOptions> & { readonly cuts?: readonly number[]; readonly restarts?: boolean };

/** Feeds the records in pieces; each piece is processed and committed before the next, in a new task group with `restarts`. */
async function run(plan: PersistentPlan, { cuts = [], restarts = false, ...options }: Settings): Promise<string[]> {
  const world = new World();
  for (const topic of ['bids', 'items', 'out']) await world.topic(topic, 3);
  const settings = { offsetReset: 'earliest', caching: false, ...options } as const;
  let group = world.group();
  await group.startQuery(plan, settings);
  let done = 0;
  for (const cut of [...cuts, records.length]) {
    const piece = records.slice(done, cut);
    await world.write('items', piece.map((each) => ({ ...each, key: String(names[Number(each.key?.slice(1))]) })));
    await group.whenIdle();
    await world.write('bids', piece);
    await group.whenIdle();
    done = cut;
    if (!restarts) continue;
    await group.close();
    group = world.group();
    await group.startQuery(plan, settings);
  }
  expect((await group.status()).flatMap((query) => query.errors)).toEqual([]);
  await group.close();
  return world.read('out', (key) => key.toString('latin1'));
}

/** Rows of one key in order: what stands for all exchanges, partitions and cuts of the input. */
function perKey(lines: readonly string[]): string[] {
  const keyless = lines.filter((line) => keyOf(line).endsWith(' -')).map((line) => line.slice(3));
  const keyed = lines.filter((line) => !keyOf(line).endsWith(' -'));
  // Records without key may go to any partition, so there is no order among them.
  return [...keyless.toSorted(), ...keyed.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))];
}
const keyOf = (line: string): string => line.slice(0, line.indexOf(' = '));

it('a query may switch implementation at a commit, in the middle of a repartition topic too', async () => {
  const plan = windows(JSON_FORMATS);
  const world = new World();
  for (const topic of ['bids', 'items', 'out']) await world.topic(topic, 3);
  const expected = await run(plan, { exchange: 'memory' });
  const settings = { offsetReset: 'earliest', caching: false } as const;
  for (const [index, exchange] of (['topic', 'memory', 'topic', 'memory'] as const).entries()) {
    const group = world.group();
    await world.write('bids', records.slice(index * 15, index * 15 + 15));
    await group.startQuery(plan, { ...settings, exchange });
    // Without waiting: what was repartitioned and not yet aggregated stays in the topic.
    if (index === 3) await group.whenIdle();
    await group.close();
  }
  expect(perKey(await world.read('out', (key) => key.toString('latin1')))).toHaveLength(expected.length);
});

describe.each([
  ['count', counts],
  ['table aggregate', perTable],
  ['stream-table join', joined],
  ['windowed count', windows],
  ['foreign-key join', foreignRows],
  ['foreign-key join, regrouped', foreign],
  ['table-table join', tables],
  ['stream-stream join', streams],
])('exchange: %s', (_name, planOf) => {
  it.each([['JSON', JSON_FORMATS], ['DELIMITED', DELIMITED_FORMATS]])('memory equals topic (%s)', async (_format, formats) => {
    const plan = planOf(formats);
    const memory = await run(plan, { exchange: 'memory' });
    expect(memory.length).toBeGreaterThan(10);
    expect(perKey(await run(plan, { exchange: 'topic' }))).toEqual(perKey(memory));
  });

  it.each([['memory'], ['topic']] as const)('a stopped and resumed run equals an undisturbed one (%s)', async (exchange) => {
    const plan = planOf(JSON_FORMATS);
    const cuts = [7, 23, 40];
    const straight = perKey(await run(plan, { exchange, cuts }));
    expect(perKey(await run(plan, { exchange, cuts, restarts: true }))).toEqual(straight);
    expect(perKey(await run(plan, { exchange, cuts, restarts: true, caching: true }))).toHaveLength(perKey(await run(plan, { exchange, cuts, caching: true })).length);
  });
});
