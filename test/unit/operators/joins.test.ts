import { describe, expect, it } from 'vitest';
import { tableSpecs } from '../../../src/runtime/operators/table-specs.js';
import { drive, OperatorRun, type RunOptions } from './operator-run.js';
import {
  column, flatMapOf, materializeOf, streamStreamJoinOf, streamTableJoinOf, tableAggregateOf, countAndSum, tableOf, tableTableJoinOf, type StreamStreamShape,
} from './steps.js';
import { STRING, type RowSchema, type SqlValue } from '../../../src/types/index.js';

const MINUTE = 60_000;

describe('stream-table join', () => {
  const open = async (type: 'INNER' | 'LEFT'): Promise<OperatorRun> => {
    const step = streamTableJoinOf(type);
    const run = await OperatorRun.open({ kind: 'streamTableJoin', step, right: { store: 'table', view: null } }, { tables: tableSpecs(step.right) });
    run.table('table').put(['a'], ['x'], 50, false);
    return run;
  };
  it('looks the table up when a stream record comes', async () => {
    const script = '@1 a = 1\n@2 b = 2\n@3 null = 3\n@4 a = null';
    expect(await drive(await open('INNER'), script)).toEqual(['a = 1,x @1']);
    expect(await drive(await open('LEFT'), script)).toEqual(['a = 1,x @1', 'b = 2,- @2', 'null = 3,- @3']);
  });
});

describe('stream-stream join', () => {
  const open = (shape: Partial<StreamStreamShape>, options: RunOptions = {}): Promise<OperatorRun> => {
    const full = { type: 'LEFT', beforeMs: MINUTE, afterMs: MINUTE, graceMs: MINUTE, explicitGrace: true, ...shape } as const;
    return OperatorRun.open({ kind: 'streamStreamJoin', step: streamStreamJoinOf(full) }, options);
  };
  it('joins within the bounds, by timestamp then arrival', async () => {
    const run = await open({ type: 'INNER', beforeMs: 10, afterMs: 20 });
    expect(await drive(run, 'right@90 k = r1\nright@120 k = r2\nright@110 k = r3\nright@110 k = r4\nright@121 k = r5\nright@89 k = r6\n@100 k = l')).toEqual([
      'k = l,r1 @100', 'k = l,r3 @110', 'k = l,r4 @110', 'k = l,r2 @120',
    ]);
    expect(await drive(run, 'stop\nright@100 k = r7\nright@100 j = r8\nright@79 k = r9')).toEqual(['k = l,r7 @100']);
  });
  it('matches windowed keys of two sizes by their start, which is all that their bytes hold', async () => {
    const plain = streamStreamJoinOf({ type: 'INNER', beforeMs: 10, afterMs: 10, graceMs: 5, explicitGrace: true });
    const sized = <S extends { readonly schema: RowSchema }>(of: S, type: 'HOPPING' | 'TUMBLING', sizeMs: number): S => ({ ...of, schema: { ...of.schema, window: { type, sizeMs } } });
    const step = sized({ ...plain, left: sized(plain.left, 'HOPPING', 5), right: sized(plain.right, 'TUMBLING', 2) }, 'HOPPING', 5);
    const run = await OperatorRun.open({ kind: 'streamStreamJoin', step });
    await run.process(0, ['k', 0, 5], ['l'], 1);
    await run.process(1, ['k', 2, 4], ['other'], 1);
    await run.process(1, ['k', 0, 2], ['r'], 1);
    expect(run.lines()).toEqual(['k,0,5 = l,r @1']);
  });
  it('keeps each side for its own retention', async () => {
    expect(await drive(await open({}), '@0 a = A\nright@60000 a = a\n@330000 b = B\n@90000 c = C\nright@90000 c = c')).toEqual([
      'a = A,a @60000', 'c = C,- @90000',
    ]);
  });
  it('meets late records with what is visible, as a right join', async () => {
    // RIGHT is LEFT with the sides swapped: the SQL right side is input 0.
    const run = await open({ swapped: true });
    expect(await drive(run, 'right@0 a = A\n@60000 a = a\nright@330000 b = B\n@90000 c = c')).toEqual(['a = A,a @60000', 'c = -,c @90000']);
    expect(await drive(run, '@60000 d = d\nright@90000 d = D')).toEqual(['d = -,d @60000', 'd = D,d @90000']);
  });
  it('without a grace clause emits non-matches at once and never takes them back', async () => {
    const run = await open({ type: 'FULL', explicitGrace: false });
    expect(await drive(run, '@0 k = A\nright@1 k = a\nright@2 j = b\n@3 null = N\nright@3 null = M\n@4 k = null')).toEqual([
      'k = A,- @0', 'k = A,a @1', 'j = -,b @2', 'null = N,- @3', 'null = -,M @3',
    ]);
  });
  it.each([false, true])('with a grace clause emits non-matches when their window closes, right before left, then by key (forgetful: %s)', async (forgetful) => {
    const run = await open({ type: 'FULL', beforeMs: 10, afterMs: 10, graceMs: 5 }, { forgetful });
    const script = '@5 b = B\nright@5 c = C\n@5 a = A\n@6 d = D\nright@7 d = E\nstop\n@20 x = X\n@21 y = Y';
    expect(await drive(run, script)).toEqual(['d = D,E @7', 'c = -,C @5', 'a = A,- @5', 'b = B,- @5']);
    expect(await drive(run, 'stop\nright@16 y = Z\nright@40 y = Q')).toEqual(['y = Y,Z @21', 'x = X,- @20']);
  });
  it('flushes by the look-ahead of the arriving side', async () => {
    const run = await open({ type: 'FULL', beforeMs: 0, afterMs: 10, graceMs: 0 });
    // Right r@0 is closed at S = 1, but a left arrival looks 10 ahead; a right one looks 0 ahead.
    expect(await drive(run, 'right@0 a = r\n@5 b = l')).toEqual([]);
    expect(await drive(run, 'right@6 c = s')).toEqual(['a = -,r @0']);
  });
  it('flushes only when the arriving record is at stream time', async () => {
    const run = await open({ beforeMs: 1, afterMs: 1, graceMs: 0 });
    await drive(run, '@0 a = A\n@1 b = B');
    expect(await drive(run, 'right@10 c = C\n@9 d = D')).toEqual(['a = A,- @0', 'b = B,- @1']);
  });
});

describe('table-table join', () => {
  const open = (type: 'INNER' | 'LEFT' | 'FULL', swapped = false): Promise<OperatorRun> => {
    const side = { view: null, owned: true } as const;
    const pieces = { left: { store: 'left', ...side }, right: { store: 'right', ...side } };
    return OperatorRun.open({ kind: 'tableTableJoin', step: tableTableJoinOf(type, swapped), pieces });
  };
  const script = '@5 k = A\nright@3 k = a\n@4 k = B\nright@9 k = null\n@10 k = null\n@11 k = null\nright@12 k = b\nright@13 k = null\nright@14 k = null\n@1 null = X';
  it('INNER', async () => {
    expect(await drive(await open('INNER'), script)).toEqual(['k = A,a @5', 'k = A,a -> B,a @4', 'k = B,a -> null @9']);
  });
  it('LEFT', async () => {
    expect(await drive(await open('LEFT'), script)).toEqual([
      'k = A,- @5', 'k = A,- -> A,a @5', 'k = A,a -> B,a @4', 'k = B,a -> B,- @9', 'k = B,- -> null @10',
    ]);
  });
  it('FULL', async () => {
    expect(await drive(await open('FULL'), script)).toEqual([
      'k = A,- @5', 'k = A,- -> A,a @5', 'k = A,a -> B,a @4', 'k = B,a -> B,- @9', 'k = B,- -> null @10', 'k = -,b @12', 'k = -,b -> null @13',
    ]);
  });
  it('emits tombstones for keys that had no result', async () => {
    expect(await drive(await open('INNER'), '@1 k = A\nright@2 k = null')).toEqual(['k = null @2']);
    expect(await drive(await open('LEFT'), 'right@1 k = a\n@2 k = null')).toEqual(['k = null @2']);
  });
  it('writes columns in SQL order for a right join', async () => {
    expect(await drive(await open('LEFT', true), '@1 k = A\nright@2 k = a')).toEqual(['k = -,A @1', 'k = -,A -> a,A @2']);
  });
});

describe('tables', () => {
  it('a table source drops null keys, takes older rows, forwards every delete', async () => {
    const run = await OperatorRun.open({ kind: 'tableSource', step: tableOf([column('V', STRING)]) });
    expect(await drive(run, '@5 a = x\n@3 a = y\n@4 null = z\nstop\n@6 a = null\n@7 b = null')).toEqual(['a = x @5', 'a = x -> y @3', 'a = y -> null @6', 'b = null @7']);
  });
  it('a materialized table with caching forgets what came and went', async () => {
    const run = await OperatorRun.open({ kind: 'tableMaterialize', step: materializeOf([column('V', STRING)]) }, { caching: true });
    expect(await drive(run, '@1 a = x\n@2 b = y\n@3 a = null\n@4 b = z\ncommit\n@5 b = null\n@6 b = w\ncommit')).toEqual(['b = z @4', 'b = z -> w @6']);
  });
  it('a table aggregate undoes and applies; groups stay', async () => {
    const run = await OperatorRun.open({ kind: 'tableAggregate', step: tableAggregateOf(), pieces: countAndSum });
    // 0:bob, 0:john, 100:john, 100:null grouped by name, as the exchange delivers them.
    await run.process(0, ['bob'], [1], 1, null);
    await run.process(0, ['bob'], null, 2, [1]);
    await run.process(0, ['john'], [1], 2, null);
    await run.process(0, ['john'], [5], 1, null);
    await run.process(0, ['john'], [7], 1, [5]);
    await run.process(0, ['john'], null, 3, [7]);
    await run.process(0, ['ann'], null, 3, [7]);
    expect(run.lines()).toEqual([
      'bob = 1,1 @1', 'bob = 1,1 -> 0,0 @2', 'john = 1,1 @2', 'john = 1,1 -> 2,6 @2', 'john = 2,6 -> 2,8 @2', 'john = 2,8 -> 1,1 @3', 'ann = null @3',
    ]);
  });
});

describe('table functions', () => {
  it('zips results and emits nothing for none', async () => {
    const lists = new Map<SqlValue, string[]>([['two', ['a', 'b']], ['none', []]]);
    const run = await OperatorRun.open({
      kind: 'flatMap', step: flatMapOf(), pieces: { functions: [(_key, row) => lists.get(row[0] ?? null) ?? null, (_key, row) => (row[0] === 'two' ? ['x'] : null)] },
    });
    expect(await drive(run, '@1 k = two\n@2 k = none\n@3 k = other\n@4 k = null')).toEqual(['k = two,a,x @1', 'k = two,b,- @1']);
  });
});
