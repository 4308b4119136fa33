import { describe, expect, it } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import type { WindowSpec } from '../../../src/plan/index.js';
import { drive, OperatorRun, values, type RunOptions } from './operator-run.js';
import { aggregateOf, countAndSum, windowedOf } from './steps.js';

const tumbling = (sizeMs: number, graceMs: number, retentionMs = sizeMs + graceMs): WindowSpec => ({ type: 'TUMBLING', sizeMs, graceMs, retentionMs });
const hopping = (sizeMs: number, advanceMs: number, graceMs: number): WindowSpec => ({ type: 'HOPPING', sizeMs, advanceMs, graceMs, retentionMs: sizeMs + graceMs });
const session = (gapMs: number, graceMs: number): WindowSpec => ({ type: 'SESSION', gapMs, graceMs, retentionMs: gapMs + graceMs });
const lost = (count: number): string => `${count} final results are lost: the time of a record went further ahead than the windows are retained`;
const overflowing = (): never => {
  throw new EvaluationError('Numeric field overflow');
};
const open = (window: WindowSpec, emitFinal = false, options: RunOptions = {}): Promise<OperatorRun> =>
  OperatorRun.open({ kind: 'windowedAggregate', step: windowedOf(window, emitFinal), pieces: countAndSum }, options);

describe('stream aggregate', () => {
  it('emits every update with the newest of the timestamps, the empty aggregate as first old', async () => {
    const run = await OperatorRun.open({ kind: 'aggregate', step: aggregateOf(), pieces: countAndSum });
    expect(await drive(run, '@10 a = 5\n@3 a = -\n@4 null = 1\n@5 b = null\nstop\n@20 a = 7')).toEqual([
      'a = 0,0 -> 1,5 @10', 'a = 1,5 -> 2,5 @10', 'a = 2,5 -> 3,12 @20',
    ]);
  });
  it('collapses updates between commits, in first-dirtied order, with caching', async () => {
    const run = await OperatorRun.open({ kind: 'aggregate', step: aggregateOf(), pieces: countAndSum }, { caching: true });
    expect(await drive(run, '@1 b = 1\n@2 a = 1\n@3 b = 1')).toEqual([]);
    expect(await drive(run, 'commit\n@4 a = 1\ncommit')).toEqual(['b = 2,2 @3', 'a = 1,1 @2', 'a = 1,1 -> 2,2 @4']);
  });
  it('takes the general way when a number leaves the safe range', async () => {
    const run = await OperatorRun.open({ kind: 'aggregate', step: aggregateOf(), pieces: countAndSum });
    expect(await drive(run, '@1 a = 9007199254740991\n@1 a = -1')).toEqual(['a = 0,0 -> 1,9007199254740991 @1', 'a = 1,9007199254740991 -> 2,9007199254740990 @1']);
  });
});

describe('an aggregate that cannot be held', () => {
  it('stops the query: without the row every later result would be wrong', async () => {
    const overflow = { ...countAndSum, aggregates: countAndSum.aggregates.map((piece) => {
      const { inline: _inline, ...bound } = piece.bound;
      return { ...piece, bound: { ...bound, aggregate: overflowing } };
    }) };
    const run = await OperatorRun.open({ kind: 'aggregate', step: aggregateOf(), pieces: overflow });
    await expect(drive(run, '@1 a = 1')).rejects.toMatchObject({ message: 'Exception caught in process', cause: { message: 'Numeric field overflow' } });
  });
});

describe('tumbling and hopping windows', () => {
  it('updates each window of a hopping record by ascending start', async () => {
    expect(await drive(await open(hopping(30, 10, 100)), '@25 a = 1')).toEqual([
      'a,0,30 = 0,0 -> 1,1 @25', 'a,10,40 = 0,0 -> 1,1 @25', 'a,20,50 = 0,0 -> 1,1 @25',
    ]);
  });
  it('skips windows that ended grace ago, others of the record are still updated', async () => {
    const run = await open(hopping(30, 10, 0));
    await drive(run, '@40 b = 1');
    expect(await drive(run, '@25 a = 1')).toEqual(['a,20,50 = 0,0 -> 1,1 @25']);
    expect(run.late).toBe(2);
  });
  it('does not let null keys move time', async () => {
    const run = await open(tumbling(10, 0));
    expect(await drive(run, '@500 null = 1\n@5 a = 1')).toEqual(['a,0,10 = 0,0 -> 1,1 @5']);
  });
  it('remembers stream time over a stop', async () => {
    const run = await open(tumbling(10, 0));
    expect(await drive(run, '@100 a = 1\nstop\n@5 a = 1')).toEqual(['a,100,110 = 0,0 -> 1,1 @100']);
    expect(run.late).toBe(1);
  });
  it('hides and deletes windows beyond the retention', async () => {
    const run = await open(tumbling(10, 0, 20));
    await drive(run, '@5 a = 1\ncommit\n@35 a = 1');
    const table = run.table('aggregate');
    expect(table.get(['a', 0, 10])).toBeNull();
    expect(table.get(['a', 30, 40])?.row).toEqual([1, 1]);
    await drive(run, 'commit\ncommit');
    const left: string[] = [];
    for await (const page of table.store.scan(table.codec.addressing.all(), 10)) for (const entry of page) left.push(values(table.codec.decode(entry).key));
    expect(left).toEqual(['a,30,40']);
  });
});

describe('final results of time windows', () => {
  it.each([false, true])('emits a closed window once, by start then key (forgetful: %s)', async (forgetful) => {
    const run = await open(tumbling(10, 5, 100), true, { forgetful });
    expect(await drive(run, '@12 b = 1\n@3 b = 1\n@4 a = 1\n@14 b = 1\ncommit\n@15 c = 1\n@3 a = 1\n@24 c = 1\nstop\n@25 c = 1')).toEqual([
      'a,0,10 = 1,1 @4', 'b,0,10 = 1,1 @3', 'b,10,20 = 2,2 @14', 'c,10,20 = 1,1 @15',
    ]);
  });
  it.each([false, true])('loses windows that the retention hides when time jumps, and tells how many (forgetful: %s)', async (forgetful) => {
    const run = await open(tumbling(2, 1), true, { forgetful });
    expect(await drive(run, '@0 a = 1\n@1 a = 1\n@2 a = 1\n@1 a = 1\n@0 a = 1\n@5 a = 1')).toEqual(['a,2,4 = 1,1 @2']);
    expect(run.errors).toEqual([lost(1)]);
    expect(await drive(run, '@5 b = 1\ncommit\n@500 a = 1\n@1000 a = 1')).toEqual([]);
    expect(run.errors).toEqual([lost(1), lost(2), lost(1)]);
  });
});

describe('session windows', () => {
  it('replaces the old session by the longer one', async () => {
    expect(await drive(await open(session(30_000, 1000)), '@0 0 = 1\n@10009 0 = 1')).toEqual([
      '0,0,0 = 1,1 @0', '0,0,0 = 1,1 -> null @0', '0,0,10009 = 2,2 @10009',
    ]);
  });
  it('joins at exactly the gap, not beyond; merges two sessions by one record between', async () => {
    const run = await open(session(10, 1000));
    expect(await drive(run, '@0 a = 1\n@21 a = 1\n@10 a = 1\nstop\n@11 a = 5')).toEqual([
      'a,0,0 = 1,1 @0', 'a,21,21 = 1,1 @21', 'a,0,0 = 1,1 -> null @0', 'a,0,10 = 2,2 @10',
      'a,0,10 = 2,2 -> null @10', 'a,21,21 = 1,1 -> null @21', 'a,0,21 = 4,8 @21',
    ]);
  });
  it('writes a tombstone even when the bounds stay, but not for another record at a single instant', async () => {
    const run = await open(session(10, 1000));
    expect(await drive(run, '@5 a = 1\n@5 a = 1\n@7 a = 1\n@6 a = 1')).toEqual([
      'a,5,5 = 1,1 @5', 'a,5,5 = 1,1 -> 2,2 @5', 'a,5,5 = 2,2 -> null @5', 'a,5,7 = 3,3 @7', 'a,5,7 = 3,3 -> null @7', 'a,5,7 = 4,4 @7',
    ]);
  });
  it('drops late records and leaves the found sessions alone', async () => {
    const run = await open(session(10, 5));
    await drive(run, '@0 a = 1\n@100 a = 1');
    expect(await drive(run, '@84 a = 1\n@85 a = 1')).toEqual(['a,85,85 = 1,1 @85']);
    expect(run.late).toBe(1);
  });
  it('says nothing of sessions made and merged between two flushes', async () => {
    const run = await open(session(10, 1000), false, { caching: true });
    expect(await drive(run, '@0 a = 1\n@5 a = 1\ncommit\n@7 a = 1\ncommit')).toEqual(['a,0,5 = 2,2 @5', 'a,0,5 = 2,2 -> null @5', 'a,0,7 = 3,3 @7']);
  });
  it.each([false, true])('emits final results once closed, without tombstones, by end (forgetful: %s)', async (forgetful) => {
    const run = await open(session(5, 6), true, { forgetful });
    expect(await drive(run, '@0 k1 = 1\n@4 k1 = 1\n@8 k1 = 1\n@12 k1 = 1\n@14 k1 = 1\nstop\n@30 k1 = 1\n@29 k1 = 1\n@17 k1 = 1\n@42 k1 = 1')).toEqual([
      'k1,0,14 = 5,5 @14', 'k1,29,30 = 2,2 @30',
    ]);
    expect(run.late).toBe(1);
    expect(run.errors).toEqual([]);
  });
  it.each([false, true])('loses closed ones in segments of a minute when time jumps, and tells how many (forgetful: %s)', async (forgetful) => {
    const run = await open(session(5, 6), true, { forgetful });
    expect(await drive(run, '@50000 a = 1\n@50001 b = 1\ncommit\n@61000 c = 1\n@75000 d = 1')).toEqual(['c,61000,61000 = 1,1 @61000']);
    expect(run.errors).toEqual([lost(2)]);
  });
});
