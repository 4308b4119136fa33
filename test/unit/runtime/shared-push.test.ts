import { describe, expect, it } from 'vitest';
import type { Broker, LogReader } from '../../../src/broker/index.js';
import type { OutputRow, Positions, RowStream, TaskGroupClient } from '../../../src/runtime/index.js';
import { BIDS, col, filter, greater, streamSource, transient } from './plans.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });
const bid = (key: string, price: number, partition = 0) => ({ key, value: { NAME: 'n', PRICE: price }, timestamp: price, partition });

/** Counts the readers that are open, and all that were ever opened. */
function counting(broker: Broker): { readonly broker: Broker; readonly readers: { open: number; ever: number } } {
  const readers = { open: 0, ever: 0 };
  const openReader: Broker['openReader'] = (options): LogReader => {
    const inner = broker.openReader(options);
    readers.open += 1;
    readers.ever += 1;
    const close = inner.close.bind(inner);
    inner.close = async () => {
      readers.open -= 1;
      await close();
    };
    return inner;
  };
  const counted = new Proxy(broker, {
    get: (target, name): unknown => (name === 'openReader' ? openReader : Reflect.get(target, name, target)),
  });
  return { broker: counted, readers };
}

interface Shared {
  readonly world: World;
  readonly group: TaskGroupClient;
  readonly readers: { open: number; ever: number };
}

async function open(partitions = 1): Promise<Shared> {
  const world = new World();
  await world.topic('bids', partitions);
  const { broker, readers } = counting(world.broker);
  return { world, group: world.group({ broker }), readers };
}

const follow = (group: TaskGroupClient, price: number | null, options: Parameters<typeof transient>[1] = { offsetReset: 'latest' }, push: Parameters<TaskGroupClient['push']>[1] = {}): RowStream =>
  group.push(transient(price === null ? bids : filter(bids, greater(col(bids, 'PRICE'), price)), options), push);

/** Reads prices until `last` has come. */
async function pricesUpTo(last: number, rows: AsyncIterable<readonly OutputRow[]>): Promise<number[]> {
  const prices: number[] = [];
  for await (const chunk of rows) {
    for (const { values } of chunk) prices.push(Number(values[2]));
    if (prices.at(-1) === last) break;
  }
  return prices;
}

async function turns(world: World, count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await world.clock.yieldTurn();
}

/** What is awaited, while time goes on. */
async function withTime<T>(world: World, result: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const watched = result.finally(() => settled.abort());
  while (!settled.signal.aborted) {
    world.clock.advance(5);
    await world.clock.yieldTurn();
  }
  return watched;
}

async function until(world: World, condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000 && !condition(); turn++) await world.clock.yieldTurn();
  expect(condition()).toBe(true);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('push queries on one stream', () => {
  it('share one reader, whatever each of them filters, and leave nothing behind', async () => {
    const { world, group, readers } = await open();
    const streams = range(0, 300).map((index) => follow(group, index % 3 === 0 ? null : index % 7));
    await Promise.all(streams.map((stream) => stream.started));
    expect(readers).toEqual({ open: 1, ever: 1 });
    const results = streams.map((stream) => pricesUpTo(9, stream));
    await world.write('bids', range(0, 10).map((price) => bid('a', price)));
    const seen = await Promise.all(results);
    seen.forEach((prices, index) => expect(prices).toEqual(range(index % 3 === 0 ? 0 : (index % 7) + 1, 10)));
    await until(world, () => readers.open === 0);
    expect(readers.ever).toBe(1);
    await group.close();
  });

  it('catch up from the beginning by themselves and join the others: every row once, while rows keep coming', async () => {
    const { world, group, readers } = await open(2);
    const follower = follow(group, null);
    const followed = pricesUpTo(3999, follower);
    await follower.started;
    const writing = (async () => {
      for (let from = 0; from < 4000; from += 10) {
        await world.write('bids', range(from, from + 10).map((price) => bid('a', price, price % 2)));
        await turns(world, 1);
      }
    })();
    await turns(world, 40);
    const late = range(0, 5).map(() => follow(group, null, { offsetReset: 'earliest' }));
    const prices = await Promise.all(late.map((each) => pricesUpTo(3999, each)));
    await writing;
    for (const each of [...prices, await followed]) {
      for (const parity of [0, 1]) expect(each.filter((price) => price % 2 === parity)).toEqual(range(0, 4000).filter((price) => price % 2 === parity));
    }
    expect(readers.ever).toBe(6);
    await group.close();
  });

  it('start after what was written before, also where the others have yet to read it', async () => {
    const { world, group } = await open();
    const first = pricesUpTo(3, follow(group, null));
    await turns(world, 20);
    await world.write('bids', [bid('a', 1)]);
    const second = follow(group, null);
    const secondPrices = pricesUpTo(3, second);
    await second.started;
    await world.write('bids', [bid('a', 2), bid('a', 3)]);
    expect([await first, await secondPrices]).toEqual([[1, 2, 3], [2, 3]]);
    await group.close();
  });

  it('are left behind when they make others wait, and lose nothing', async () => {
    const { world, group, readers } = await open();
    const slow = follow(group, null, { offsetReset: 'latest' }, { credit: 1 });
    const fast = follow(group, null);
    await Promise.all([slow.started, fast.started]);
    const fastPrices = pricesUpTo(39_999, fast);
    for (let from = 0; from < 40_000; from += 2000) {
      await world.write('bids', range(from, from + 2000).map((price) => bid('a', price)));
      await turns(world, 5);
    }
    expect(await withTime(world, fastPrices)).toEqual(range(0, 40_000));
    expect(readers.ever).toBeGreaterThan(1);
    const { pushBufferBytes, pushLeftBehind } = await group.measure();
    expect(pushBufferBytes).toBeGreaterThan(0);
    expect(pushLeftBehind).toBeGreaterThan(0);
    expect(await pricesUpTo(39_999, slow)).toEqual(range(0, 40_000));
    expect(await group.measure()).toEqual({ stores: [], pushBufferBytes: 0, pushLeftBehind });
    await group.close();
  });

  it('that take nothing at all are told so and end; a minute is enough', async () => {
    const { world, group } = await open();
    await world.write('bids', range(0, 40_000).map((price) => bid('a', price)));
    const stuck = follow(group, null, { offsetReset: 'earliest' }, { credit: 1 });
    await stuck.started;
    await turns(world, 100);
    world.clock.advance(60_000);
    await turns(world, 20);
    await expect(pricesUpTo(-1, stuck)).rejects.toMatchObject({ code: 'CLIENT_TOO_SLOW' });
    await group.close();
  });

  it.each([0, 1, 2])('end at LIMIT %i, wherever that is reached', async (limit) => {
    const { world, group, readers } = await open();
    await world.write('bids', [bid('a', 0), bid('a', 1)]);
    for (const offsetReset of ['earliest', 'latest'] as const) {
      const stream = follow(group, null, { offsetReset, limit });
      const result = (async () => {
        let count = 0;
        for await (const chunk of stream) count += chunk.length;
        return count;
      })();
      await stream.started;
      if (offsetReset === 'latest') await world.write('bids', [bid('a', 2), bid('a', 3), bid('a', 4)]);
      expect(await result).toBe(limit);
      expect(stream.endReason).toBe('limit');
    }
    await until(world, () => readers.open === 0);
    await group.close();
  });
});

describe('push queries whose topic is deleted', () => {
  it('fail, all of them; one that comes later is refused', async () => {
    const { world, group, readers } = await open();
    const streams = range(0, 3).map((price) => follow(group, price));
    await Promise.all(streams.map((stream) => stream.started));
    const results = streams.map(async (stream) => pricesUpTo(-1, stream));
    await world.broker.admin.deleteTopic('bids');
    for (const result of await Promise.allSettled(results)) expect(result).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('bids') as string } });
    await expect(follow(group, null).started).rejects.toThrow('bids');
    await until(world, () => readers.open === 0);
    await group.close();
  });
});

describe('a push query that was cut off', () => {
  it('goes on after the rows that were taken', async () => {
    const { world, group } = await open(2);
    await world.write('bids', range(0, 3000).map((price) => bid('a', price, price % 2)));
    let positions: Positions | null = null;
    const seen: number[] = [];
    for (let cut = 0; cut < 50 && seen.length < 3000; cut++) {
      const stream = follow(group, null, { offsetReset: 'earliest' }, { credit: 1, resume: { from: positions, tellsPositions: true } });
      for await (const chunk of stream) {
        for (const { values } of chunk) seen.push(Number(values[2]));
        if (stream.positions !== null && stream.positions !== positions) {
          positions = stream.positions;
          break;
        }
      }
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(range(0, 3000));
    await world.write('bids', [bid('a', 3000)]);
    const last = follow(group, null, { offsetReset: 'latest' }, { resume: { from: positions, tellsPositions: true } });
    expect(await pricesUpTo(3000, last)).toEqual([3000]);
    await group.close();
  });

  it('is refused where it keeps state', async () => {
    const { group } = await open();
    const { aggregate, call, groupBy } = await import('./plans.js');
    const counted = aggregate(groupBy(bids, [['K', col(bids, 'K')]]), { calls: [['N', call('COUNT', col(bids, 'PRICE'))]] });
    const stream = group.push(transient(counted), { resume: { from: [0], tellsPositions: false } });
    await expect(stream.started).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await group.close();
  });
});
