import { describe, expect, it } from 'vitest';
import { aggregate, BIDS, call, col, groupBy, persistent, sink, streamSource, tableSource } from './plans.js';
import type { Broker } from '../../../src/broker/index.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const counted = aggregate(groupBy(bids, [['K', col(bids, 'K')]]), { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] });
const plan = persistent(sink(counted));
const bid = (key: string, timestamp: number) => ({ key, value: { NAME: 'n', PRICE: 1 }, timestamp });

async function open(): Promise<World> {
  const world = new World();
  await world.topic('bids');
  await world.topic('out');
  return world;
}

describe('the life of a query', () => {
  it('collapses updates of a key between commits with caching, and emits each without', async () => {
    for (const caching of [true, false]) {
      const world = await open();
      await world.write('bids', [bid('a', 1), bid('b', 2), bid('a', 3)]);
      const group = world.group();
      await group.startQuery(plan, { offsetReset: 'earliest', caching });
      await group.whenIdle();
      await group.close();
      expect(await world.read('out')).toEqual(
        caching ? ['a = {"N":2} @3', 'b = {"N":1} @2'] : ['a = {"N":1} @1', 'b = {"N":1} @2', 'a = {"N":2} @3'],
      );
      // Either way one changelog record a key.
      expect((await world.read('q-Aggregate-changelog')).map((line) => line.slice(0, 1)).toSorted()).toEqual(['a', 'b']);
    }
  });

  it('pauses without losing its place, and resumes', async () => {
    const world = await open();
    const group = world.group();
    await group.startQuery(plan, { offsetReset: 'earliest', startPaused: true });
    await world.write('bids', [bid('a', 1)]);
    await group.whenIdle();
    expect(await world.read('out')).toEqual([]);
    await group.resumeQuery('Q');
    await group.whenIdle();
    expect(await world.read('out')).toHaveLength(1);
    await group.pauseQuery('Q');
    expect((await group.status())[0]?.state).toBe('PAUSED');
    await world.write('bids', [bid('a', 2)]);
    await group.resumeQuery('Q');
    await group.whenIdle();
    expect(await world.read('out')).toEqual(['a = {"N":1} @1', 'a = {"N":2} @2']);
    await group.close();
  });

  it('shows an error, waits longer each time, and goes on when the cause is gone', async () => {
    const world = new World();
    await world.topic('out');
    const group = world.group();
    await group.startQuery(plan, { offsetReset: 'earliest', retryBackoffInitialMs: 100, retryBackoffMaxMs: 150 });
    const status = async () => (await group.status())[0];
    expect(await status()).toMatchObject({ state: 'ERROR', errors: [{ type: 'USER', message: 'Topic bids does not exist' }] });
    for (const wait of [100, 150, 150]) {
      world.clock.advance(wait - 1);
      for (let i = 0; i < 20; i++) await world.clock.yieldTurn();
      const before = (await status())?.errors.length ?? 0;
      world.clock.advance(1);
      for (let i = 0; i < 20; i++) await world.clock.yieldTurn();
      expect((await status())?.errors.length).toBe(before + 1);
    }
    await world.topic('bids');
    await world.write('bids', [bid('a', 1)]);
    world.clock.advance(150);
    for (let i = 0; i < 20; i++) await world.clock.yieldTurn();
    await group.whenIdle();
    expect((await status())?.state).toBe('RUNNING');
    expect(await world.read('out')).toEqual(['a = {"N":1} @1']);
    await group.close();
  });

  it('leaves nothing behind when its state is deleted', async () => {
    const world = await open();
    const group = world.group();
    await group.startQuery(plan, { offsetReset: 'earliest' });
    await world.write('bids', [bid('a', 1)]);
    await group.whenIdle();
    await group.stopQuery('Q', { deleteState: true });
    expect((await world.broker.admin.listTopics()).map((topic) => topic.name)).toEqual(['bids', 'out']);
    expect(await world.broker.admin.listGroups()).toEqual([]);
    await group.startQuery(plan, { offsetReset: 'earliest' });
    await group.whenIdle();
    expect(await world.read('out')).toEqual(['a = {"N":1} @1', 'a = {"N":1} @1']);
    await group.close();
  });

  it('restores its stores from their changelogs when the folder is gone', async () => {
    const world = await open();
    const group = world.group();
    await group.startQuery(plan, { offsetReset: 'earliest' });
    await world.write('bids', [bid('a', 1), bid('a', 2)]);
    await group.whenIdle();
    await group.close();
    await world.stores.destroy('Q');
    const next = world.group();
    await next.startQuery(plan, { offsetReset: 'earliest' });
    await world.write('bids', [bid('a', 3)]);
    await next.whenIdle();
    await next.close();
    expect((await world.read('out')).at(-1)).toBe('a = {"N":3} @3');
  });

  it('tells what it has still to restore', async () => {
    const world = await open();
    const group = world.group();
    await group.startQuery(plan, { offsetReset: 'earliest' });
    await world.write('bids', [bid('a', 1), bid('b', 2)]);
    await group.whenIdle();
    await group.close();
    await world.stores.destroy('Q');
    const openReader: Broker['openReader'] = (options) => {
      const reader = world.broker.openReader(options);
      if (options.lane !== 'restore') return reader;
      const poll = reader.poll.bind(reader);
      // As with a disk: others have a turn before there are records.
      reader.poll = async (how) => {
        await new Promise((resolve) => setImmediate(resolve));
        return poll(how);
      };
      return reader;
    };
    const broker = new Proxy(world.broker, { get: (target, name): unknown => (name === 'openReader' ? openReader : Reflect.get(target, name, target)) });
    const next = world.group({ broker });
    const seen: number[] = [];
    const starting = next.startQuery(plan, { offsetReset: 'earliest' });
    let isStarting = true;
    void starting.then(() => (isStarting = false));
    while (isStarting) {
      seen.push((await next.status())[0]?.metrics.restoreRemaining ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(Math.max(...seen)).toBeGreaterThan(0);
    expect((await next.status())[0]?.metrics.restoreRemaining).toBe(0);
    await next.close();
  });

  it('writes bad records to the processing log, in the transaction of the good ones', async () => {
    const world = await open();
    await world.topic('log');
    await world.write('bids', [{ key: 'a', value: '{"NAME":', timestamp: 1 }, bid('b', 2)]);
    const group = world.group();
    await group.startQuery(plan, { offsetReset: 'earliest', processingLog: { topic: 'log', includeRows: true } });
    await group.whenIdle();
    expect((await group.status())[0]?.metrics.errorsByType.DESERIALIZATION_ERROR).toBe(1);
    await group.close();
    const [entry, ...more] = await world.read('log');
    expect(more).toEqual([]);
    expect(entry).toContain('"type":0,"deserializationError":{"target":"value"');
    expect(entry).toContain(Buffer.from('{"NAME":').toString('base64'));
    expect(await world.read('out')).toEqual(['b = {"N":1} @2']);
  });

  it('takes the time from a column, drops records without one, and knows pseudo columns', async () => {
    const world = await open();
    const timed = tableSource({
      topic: 'bids', value: BIDS, timestamp: { side: 'value', index: 1, name: 'PRICE', format: null },
      extras: [{ kind: 'rowtime', column: { name: 'ROWTIME', type: { kind: 'BIGINT' } } }, { kind: 'rowoffset', column: { name: 'ROWOFFSET', type: { kind: 'BIGINT' } } }],
    });
    await world.write('bids', [
      { key: 'a', value: { NAME: 'x', PRICE: 77 }, timestamp: 1 },
      { key: 'b', value: { NAME: 'y', PRICE: -5 }, timestamp: 2 },
      { key: 'c', value: { NAME: 'z' }, timestamp: 3 },
      { key: null, value: { NAME: 'z', PRICE: 3 }, timestamp: 3 },
    ]);
    const group = world.group();
    await group.startQuery(persistent(sink(timed)), { offsetReset: 'earliest' });
    await group.whenIdle();
    expect((await group.status())[0]?.metrics.errorsByType.RECORD_PROCESSING_ERROR).toBe(2);
    await group.close();
    expect(await world.read('out')).toEqual(['a = {"NAME":"x","PRICE":77,"ROWTIME":77,"ROWOFFSET":0} @77']);
  });
});
