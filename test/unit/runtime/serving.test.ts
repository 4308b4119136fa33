import { describe, expect, it } from 'vitest';
import { columnReference, stringLiteral, comparison } from '../../../src/expr/index.js';
import type { PersistentPlan, PullPlan } from '../../../src/plan/index.js';
import type { OutputRow, TaskGroupClient } from '../../../src/runtime/index.js';
import { BIGINT, type SqlValue } from '../../../src/types/index.js';
import { aggregate, BIDS, call, col, filter, greater, groupBy, persistent, sink, streamSource, tableFilter, tableSelect, transient, tumbling } from './plans.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const grouped = groupBy(bids, [['K', col(bids, 'K')]]);
const counted = aggregate(grouped, { calls: [['N', call('COUNT', col(bids, 'PRICE'))], ['A', call('AVG', col(bids, 'PRICE'))]] });
const table = persistent(sink(tableSelect(tableFilter(counted, greater(col(counted, 'N'), 1)), [['AVERAGE', col(counted, 'A')], ['N', col(counted, 'N')]])), { store: 'Aggregate' });

function pullPlan(owner: PersistentPlan, access: PullPlan['access'], extra: Partial<PullPlan> = {}): PullPlan {
  const { key, value } = owner.root.schema;
  const rowtime = { name: 'ROWTIME', type: BIGINT };
  const output = [
    ...key.map((column, index) => ({ column, expression: columnReference('key', index, column), isKey: true })),
    ...value.map((column, index) => ({ column, expression: columnReference('value', index, column), isKey: false })),
    { column: rowtime, expression: columnReference('value', value.length, rowtime), isKey: false },
  ];
  return { kind: 'pull', version: 1, statementText: '', source: 'OUT', queryId: 'Q', access, windows: null, filter: null, output, limit: null, ...extra };
}

async function open(): Promise<{ readonly world: World; readonly group: TaskGroupClient }> {
  const made = new World();
  await made.topic('bids', 2);
  await made.topic('out', 2);
  return { world: made, group: made.group() };
}
const bid = (key: string, price: number, timestamp: number) => ({ key, value: { NAME: 'n', PRICE: price }, timestamp, partition: key < 'c' ? 0 : 1 });

async function all(rows: AsyncIterable<readonly OutputRow[]>): Promise<(readonly SqlValue[])[]> {
  const found: (readonly SqlValue[])[] = [];
  for await (const chunk of rows) for (const row of chunk) found.push(row.values);
  return found;
}

describe('pull queries', () => {
  it('give others turns while they bring the store up to date and scan it, also where nothing is found', async () => {
    const { world, group } = await open();
    await group.startQuery(table, { offsetReset: 'earliest', commitSpacing: 0 });
    const count = 10_000;
    await world.write('bids', Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: { NAME: 'n', PRICE: n }, timestamp: n })));
    await group.whenIdle();
    let turns = 0;
    const { clock } = world;
    const yieldTurn = clock.yieldTurn.bind(clock);
    clock.yieldTurn = () => {
      turns += 1;
      return yieldTurn();
    };
    // Every look at the clock finds that much has been done.
    clock.monotonic = () => (clock.time += 10);
    // No key has more than one record, as the table demands.
    expect(await all(group.pull(pullPlan(table, { kind: 'scan' })))).toEqual([]);
    expect(turns).toBeGreaterThan(count / 1000);
    await group.close();
  });

  it('read what was committed last, through the steps above the store', async () => {
    const { world, group } = await open();
    await group.startQuery(table, { offsetReset: 'earliest', commitSpacing: 0 });
    await world.write('bids', [bid('a', 1, 1), bid('a', 4, 2), bid('b', 5, 3), bid('d', 6, 4), bid('d', 8, 5)]);
    await group.whenIdle();
    expect(await all(group.pull(pullPlan(table, { kind: 'scan' })))).toEqual([['a', 2.5, 2, 2], ['d', 7, 2, 5]]);
    expect(await all(group.pull(pullPlan(table, { kind: 'scan' }, { limit: 1 })))).toHaveLength(1);
    const filtered = { filter: comparison('=', columnReference('key', 0, { name: 'K', type: { kind: 'STRING' } }), stringLiteral('d')) };
    expect(await all(group.pull(pullPlan(table, { kind: 'scan' }, filtered)))).toEqual([['d', 7, 2, 5]]);
    const prepared = await group.preparePull(pullPlan(table, { kind: 'keys', keys: [[stringLiteral('a')], [stringLiteral('b')], [stringLiteral('x')]] }));
    expect(await all(prepared.execute())).toEqual([['a', 2.5, 2, 2]]);
    expect(await all(prepared.execute({ keys: [['d']] }))).toEqual([['d', 7, 2, 5]]);
    prepared.close();
    await group.close();
  });

  it('by key see every commit, one that is asked for again and again too', async () => {
    const { world, group } = await open();
    await group.startQuery(table, { offsetReset: 'earliest', commitSpacing: 0 });
    const prepared = await group.preparePull(pullPlan(table, { kind: 'keys', keys: [[stringLiteral('a')]] }));
    const seen: unknown[] = [];
    for (let price = 1; price <= 4; price++) {
      await world.write('bids', [bid('a', price, price)]);
      await group.whenIdle();
      seen.push((await all(prepared.execute())).map(([, , count]) => count));
    }
    expect(seen).toEqual([[], [2], [3], [4]]);
    await group.close();
  });

  it('take windows by their bounds', async () => {
    const windows = persistent(sink(tumbling(grouped, 10, { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] })), { store: 'Aggregate' });
    const { world, group } = await open();
    await group.startQuery(windows, { offsetReset: 'earliest', commitSpacing: 0 });
    await world.write('bids', [bid('a', 1, 1), bid('a', 4, 12), bid('a', 5, 23), bid('d', 6, 14)]);
    await group.whenIdle();
    const bounds = { windows: { startLow: 10, startHigh: null, endLow: null, endHigh: 20 } };
    expect(await all(group.pull(pullPlan(windows, { kind: 'keys', keys: [[stringLiteral('a')]] }, bounds)))).toEqual([['a', 1, 12]]);
    expect(await all(group.pull(pullPlan(windows, { kind: 'scan' }, bounds)))).toEqual([['a', 1, 12], ['d', 1, 14]]);
    await group.close();
  });

  it('are refused while the query does not run', async () => {
    const { group } = await open();
    await expect(all(group.pull(pullPlan(table, { kind: 'scan' })))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await group.close();
  });
});

describe('push queries', () => {
  const expensive = filter(bids, greater(col(bids, 'PRICE'), 3));
  const records = Array.from({ length: 2000 }, (_, index) => bid('a', index, index));

  it('forward every change at once, end at their limit, and commit nothing', async () => {
    const { world, group } = await open();
    await world.write('bids', [bid('a', 1, 1), bid('a', 5, 2), bid('a', 9, 3)]);
    expect(await all(group.push(transient(counted, { limit: 3 })))).toEqual([['a', 1, 1], ['a', 2, 3], ['a', 3, 5]]);
    expect(await world.broker.admin.listTopics().then((topics) => topics.map((topic) => topic.name))).toEqual(['bids', 'out']);
    await group.close();
  });

  it('start at the end when asked, and see what comes', async () => {
    const { world, group } = await open();
    await world.write('bids', [bid('a', 7, 1)]);
    const rows = group.push(transient(expensive, { offsetReset: 'latest', limit: 1 }));
    const result = all(rows);
    for (let i = 0; i < 50; i++) await world.clock.yieldTurn();
    await world.write('bids', [bid('a', 2, 2), bid('b', 8, 3)]);
    expect(await result).toEqual([['b', 'n', 8]]);
    expect(rows.endReason).toBe('limit');
    await group.close();
  });

  it('hold back their own reading when the client takes nothing', async () => {
    const { world, group } = await open();
    await world.write('bids', records);
    const rows = group.push(transient(bids, { limit: 1500 }), { credit: 1 });
    let count = 0;
    for await (const chunk of rows) {
      expect(chunk.length).toBeLessThanOrEqual(512);
      count += chunk.length;
    }
    expect(count).toBe(1500);
    await group.close();
  });

  it('read a stream up to where it ended', async () => {
    const { world, group } = await open();
    const pull = { kind: 'streamPull', version: 1, plan: transient(expensive) } as const;
    expect(await all(group.push(pull))).toEqual([]);
    await world.write('bids', [bid('a', 7, 1), bid('d', 8, 2)]);
    expect(await all(group.push(pull))).toEqual(expect.arrayContaining([['a', 'n', 7], ['d', 'n', 8]]));
    await group.close();
  });

  it('may watch a running query', async () => {
    const { world, group } = await open();
    await group.startQuery(persistent(sink(expensive)), { offsetReset: 'earliest', commitSpacing: 0 });
    await world.write('bids', [bid('a', 7, 1)]);
    await group.whenIdle();
    const rows = group.push({ kind: 'subscribe', queryId: 'Q', limit: 2 });
    const result = all(rows);
    await world.clock.yieldTurn();
    await world.write('bids', [bid('a', 8, 2), bid('b', 1, 3), bid('b', 9, 4)]);
    expect(await result).toEqual([['a', 'n', 8], ['b', 'n', 9]]);
    const stopped = group.push({ kind: 'subscribe', queryId: 'Q', limit: null });
    const none = all(stopped);
    await world.clock.yieldTurn();
    await group.stopQuery('Q', { deleteState: true });
    expect(await none).toEqual([]);
    expect(stopped.endReason).toBe('queryStopped');
    await group.close();
  });
});
