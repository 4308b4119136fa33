import { describe, expect, it } from 'vitest';
import { BIDS, col, filter, greater, persistent, plus, select, selectKey, sink, streamSource } from './plans.js';
import { World } from './world.js';

const bids = streamSource({ topic: 'bids', value: BIDS });

async function run(plan: Parameters<typeof persistent>[0], records: Parameters<World['write']>[1]): Promise<string[]> {
  const world = new World();
  await world.topic('bids');
  await world.topic('out');
  await world.write('bids', records);
  const group = world.group();
  await group.startQuery(persistent(plan), { offsetReset: 'earliest' });
  await group.whenIdle();
  const [status] = await group.status();
  expect(status?.errors).toEqual([]);
  await group.close();
  return world.read('out');
}

describe('stateless queries', () => {
  it('filter and project', async () => {
    const kept = filter(bids, greater(col(bids, 'PRICE'), 10));
    const plan = sink(select(kept, [['NAME', col(kept, 'NAME')], ['NEXT', plus(col(kept, 'PRICE'), 1)]]));
    expect(
      await run(plan, [
        { key: 'a', value: { NAME: 'x', PRICE: 11 }, timestamp: 1 },
        { key: 'b', value: { NAME: 'y', PRICE: 10 }, timestamp: 2 },
        { key: null, value: { NAME: 'z', PRICE: 12 }, timestamp: 3 },
        { key: 'c', value: null, timestamp: 4 },
        { key: 'd', value: { NAME: 'w' }, timestamp: 5 },
        { key: 'e', value: '{"NAME":', timestamp: 6 },
        { key: 'f', value: { NAME: null, PRICE: 100 }, timestamp: 7, headers: [{ key: 'h', value: Buffer.from('1') }] },
      ]),
    ).toEqual(['a = {"NAME":"x","NEXT":12} @1', '- = {"NAME":"z","NEXT":13} @3', 'f = {"NAME":null,"NEXT":101} @7 h:1']);
  });

  it('keeps null values as null values, and makes keys of them where no value is needed', async () => {
    const rekeyed = selectKey(bids, [['N', col(bids, 'NAME')]]);
    expect(await run(sink(rekeyed), [
      { key: 'a', value: { NAME: 'x', PRICE: 1 }, timestamp: 1 },
      { key: 'b', value: null, timestamp: 2 },
    ])).toEqual(['x = {"NAME":"x","PRICE":1} @1', '- = - @2']);
    expect(await run(sink(selectKey(bids, [['N', col(bids, 'K')]])), [{ key: 'b', value: null, timestamp: 2 }])).toEqual(['b = - @2']);
  });
});
