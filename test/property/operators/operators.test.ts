import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Key, Row } from '../../../src/types/index.js';
import type { OperatorSpec } from '../../../src/runtime/operators/create-operator.js';
import { OperatorRun, show, values } from '../../unit/operators/operator-run.js';
import { countAndSum, streamStreamJoinOf, tableAggregateOf, tableTableJoinOf, windowedOf } from '../../unit/operators/steps.js';
import { ForeignKeyRun } from '../../unit/operators/foreign-key-run.js';
import { foreignKey, sessions, streamStream, tableGroups, tableTable, windowFinals, windowUpdates, type Event } from './naive.js';

const event: fc.Arbitrary<Event> = fc.record({
  side: fc.constantFrom(0 as const, 1 as const),
  key: fc.oneof({ weight: 12, arbitrary: fc.constantFrom('a', 'b', 'ab') }, { weight: 1, arbitrary: fc.constant(null) }),
  value: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 1, arbitrary: fc.constant(null) }),
  ts: fc.integer({ min: 0, max: 120 }),
});
/** Times drift forward, with late records. */
const events = fc.array(event, { maxLength: 45 }).map((list) => list.map((each, i) => ({ ...each, ts: Math.floor(each.ts / 3) + i * 2 })));
/** Where the run stops and is restored, and how. */
const disturbance = fc.record({ stops: fc.uniqueArray(fc.integer({ min: 0, max: 44 }), { maxLength: 4 }), forgetful: fc.boolean() });

type Feed = (run: OperatorRun, event: Event) => Promise<void>;
const plainFeed: Feed = (run, { side, key, value, ts }) => run.process(side, key === null ? null : [key], value === null ? null : [value], ts);

const textFeed: Feed = (run, { side, key, value, ts }) => run.process(side, key === null ? null : [key], value === null ? null : [String(value)], ts);

async function runOf(spec: OperatorSpec, input: readonly Event[], { stops, forgetful }: { stops: readonly number[]; forgetful: boolean }, caching: boolean, feed = plainFeed): Promise<OperatorRun> {
  const run = await OperatorRun.open(spec, { caching, forgetful });
  for (const [at, each] of input.entries()) {
    await feed(run, each);
    if (stops.includes(at)) await run.restart();
  }
  await run.commit();
  return run;
}
const withoutOld = (run: OperatorRun): string[] => run.emitted.map((each) => show({ ...each, old: undefined }));

/** Newest row per key of a change log, and a check that every old is the row emitted before. */
function replay(run: OperatorRun): Map<string, string> {
  const rows = new Map<string, string>();
  const text = (row: Row | null | undefined): string => (row === null || row === undefined ? 'null' : values(row));
  for (const { key, row, old } of run.emitted) {
    const name = key === null ? 'null' : values(key);
    expect(text(old), `old of ${name}`).toBe(rows.get(name) ?? 'null');
    if (row === null) rows.delete(name);
    else rows.set(name, text(row));
  }
  return rows;
}
function last(lines: readonly string[]): Map<string, string> {
  const rows = new Map<string, string>();
  for (const each of lines) {
    const [, key = '', row = ''] = /^(\S+) = (.*) @/.exec(each) ?? [];
    if (row === 'null') rows.delete(key);
    else rows.set(key, row);
  }
  return rows;
}
const check = (property: fc.IAsyncProperty<unknown[]>): Promise<void> => fc.assert(property, { numRuns: 150 });

describe('windows against recomputation', () => {
  const shape = fc.record({ size: fc.integer({ min: 1, max: 20 }), hops: fc.integer({ min: 1, max: 4 }), grace: fc.integer({ min: 0, max: 20 }), extra: fc.integer({ min: 0, max: 30 }) })
    .map(({ size, hops, grace, extra }) => ({ size, advance: Math.max(1, Math.floor(size / hops)), grace, retention: size + grace + extra }));
  const specOf = ({ size, advance, grace, retention }: { size: number; advance: number; grace: number; retention: number }, final: boolean): OperatorSpec => ({
    kind: 'windowedAggregate', pieces: countAndSum,
    step: windowedOf({ type: 'HOPPING', sizeMs: size, advanceMs: advance, graceMs: grace, retentionMs: retention }, final),
  });
  it('emits every update', () =>
    check(fc.asyncProperty(events, shape, disturbance, async (input, window, stop) => {
      expect(withoutOld(await runOf(specOf(window, false), input, stop, false))).toEqual(windowUpdates(input, window));
    })));
  it('ends at the same rows with caching, each change on top of the one before', () =>
    check(fc.asyncProperty(events, shape, disturbance, async (input, window, stop) => {
      expect(replay(await runOf(specOf(window, false), input, stop, true))).toEqual(last(windowUpdates(input, window)));
    })));
  it('emits final results once', () =>
    check(fc.asyncProperty(events, shape, disturbance, fc.boolean(), async (input, window, stop, caching) => {
      expect(withoutOld(await runOf(specOf(window, true), input, stop, caching))).toEqual(windowFinals(input, window));
    })));
});

describe('sessions against recomputation', () => {
  const shape = fc.record({ gap: fc.integer({ min: 1, max: 12 }), grace: fc.integer({ min: 0, max: 20 }) });
  const specOf = ({ gap, grace }: { gap: number; grace: number }, final: boolean): OperatorSpec => ({
    kind: 'windowedAggregate', pieces: countAndSum, step: windowedOf({ type: 'SESSION', gapMs: gap, graceMs: grace, retentionMs: gap + grace }, final),
  });
  it('emits every update and tombstone', () =>
    check(fc.asyncProperty(events, shape, disturbance, async (input, window, stop) => {
      expect(withoutOld(await runOf(specOf(window, false), input, stop, false))).toEqual(sessions(input, window.gap, window.grace, false));
    })));
  it('ends at the same rows with caching', () =>
    check(fc.asyncProperty(events, shape, disturbance, async (input, window, stop) => {
      expect(last(withoutOld(await runOf(specOf(window, false), input, stop, true)))).toEqual(last(sessions(input, window.gap, window.grace, false)));
    })));
  it('emits final results once', () =>
    check(fc.asyncProperty(events, shape, disturbance, fc.boolean(), async (input, window, stop, caching) => {
      expect(withoutOld(await runOf(specOf(window, true), input, stop, caching))).toEqual(sessions(input, window.gap, window.grace, true));
    })));
});

describe('joins against recomputation', () => {
  it('stream-stream', () =>
    check(fc.asyncProperty(
      events, disturbance,
      fc.record({
        type: fc.constantFrom('INNER' as const, 'LEFT' as const, 'FULL' as const), before: fc.integer({ min: 0, max: 15 }), after: fc.integer({ min: 0, max: 15 }),
        grace: fc.integer({ min: 0, max: 15 }), explicit: fc.boolean(),
      }),
      async (input, stop, join) => {
        const step = streamStreamJoinOf({ type: join.type, beforeMs: join.before, afterMs: join.after, graceMs: join.grace, explicitGrace: join.explicit });
        expect(withoutOld(await runOf({ kind: 'streamStreamJoin', step }, input, stop, false, textFeed))).toEqual(streamStream(input, join));
      },
    )));
  it('table-table', () =>
    check(fc.asyncProperty(events, disturbance, fc.constantFrom('INNER' as const, 'LEFT' as const, 'FULL' as const), async (input, stop, type) => {
      const side = { view: null, owned: true } as const;
      const pieces = { left: { store: 'left', ...side }, right: { store: 'right', ...side } };
      const run = await runOf({ kind: 'tableTableJoin', step: tableTableJoinOf(type), pieces }, input, stop, false, textFeed);
      expect(withoutOld(run)).toEqual(tableTable(input, type));
      replay(run);
    })));
  it('table-table over tables that forward at commits: each change stands on the one before', () =>
    check(fc.asyncProperty(events, disturbance, fc.constantFrom('INNER' as const, 'LEFT' as const, 'FULL' as const), async (input, { stops }, type) => {
      const step = tableTableJoinOf(type);
      const side = { view: null, owned: false } as const;
      const pieces = { left: { store: 'left', ...side }, right: { store: 'right', ...side } };
      const run = await OperatorRun.open({ kind: 'tableTableJoin', step, pieces }, { caching: true });
      for (const [input_, name] of [[0, 'left'], [1, 'right']] as const) {
        run.table(name).connect((key, row, old, ts) => run.change(input_, key, row, ts, old));
      }
      for (const [at, { side: of, key, value, ts }] of input.entries()) {
        if (key !== null) run.table(of === 0 ? 'left' : 'right').put([key], value === null ? null : [String(value)], ts, true);
        if (stops.includes(at)) await run.commit();
      }
      await run.commit();
      expect(replay(run)).toEqual(last(tableTable(input, type)));
    })));
});

describe('a commit that failed', () => {
  const commitAt = fc.record({ commit: fc.integer({ min: 0, max: 30 }), abort: fc.integer({ min: 0, max: 45 }), forgetful: fc.boolean() });
  /** Commits after `commit` records, goes on to `abort`, falls back to the commit and reads the rest again. */
  async function disturbed(spec: OperatorSpec, input: readonly Event[], { commit, abort, forgetful }: { commit: number; abort: number; forgetful: boolean }, feed: Feed): Promise<string[]> {
    const run = await OperatorRun.open(spec, { forgetful });
    for (const each of input.slice(0, commit)) await feed(run, each);
    await run.commit();
    const observed = structuredClone(run.observed());
    const emitted = run.emitted.length;
    for (const each of input.slice(commit, Math.max(commit, abort))) await feed(run, each);
    run.emitted.length = emitted;
    run.abort(observed);
    for (const each of input.slice(commit)) await feed(run, each);
    return withoutOld(run);
  }
  it('leaves nothing behind: windows, sessions, final results, stream-stream joins', () =>
    check(fc.asyncProperty(events, commitAt, fc.boolean(), async (input, at, final) => {
      const window = { size: 10, advance: 5, grace: 5, retention: 20 };
      const hopping = windowedOf({ type: 'HOPPING', sizeMs: 10, advanceMs: 5, graceMs: 5, retentionMs: 20 }, final);
      expect(await disturbed({ kind: 'windowedAggregate', step: hopping, pieces: countAndSum }, input, at, plainFeed)).toEqual(
        final ? windowFinals(input, window) : windowUpdates(input, window),
      );
      const session = windowedOf({ type: 'SESSION', gapMs: 4, graceMs: 6, retentionMs: 10 }, final);
      expect(await disturbed({ kind: 'windowedAggregate', step: session, pieces: countAndSum }, input, at, plainFeed)).toEqual(sessions(input, 4, 6, final));
      const join = { type: 'FULL', before: 3, after: 8, grace: 4, explicit: final } as const;
      const step = streamStreamJoinOf({ type: 'FULL', beforeMs: 3, afterMs: 8, graceMs: 4, explicitGrace: final });
      expect(await disturbed({ kind: 'streamStreamJoin', step }, input, at, textFeed)).toEqual(streamStream(input, join));
    })));
});

describe('foreign-key join against recomputation', () => {
  it.each(['INNER', 'LEFT'] as const)('%s', (type) =>
    check(fc.asyncProperty(events, disturbance, async (input, { stops, forgetful }) => {
      const run = await ForeignKeyRun.open(type, forgetful);
      for (const [at, { side, key, value, ts }] of input.entries()) {
        if (key === null) continue;
        if (side === 1) await run.right(key === 'ab' ? 'r0' : `r${key === 'a' ? 1 : 2}`, value === null ? null : [String(value)], ts);
        else run.left(key, value === null ? null : [value === 0 ? null : `r${value % 3}`, String(value)], ts);
        await run.settle();
        if (stops.includes(at)) await run.restart();
      }
      expect(run.lines()).toEqual(foreignKey(input, type));
    })));
});

describe('table aggregates against recomputation', () => {
  /** What the exchange before a table aggregate sends for each change of the source table. */
  const grouped = (): Feed => {
    const table = new Map<string, number>();
    const group = (value: number): Key => [`g${value % 3}`];
    return async (run, { key, value, ts }) => {
      if (key === null) return;
      const old = table.get(key) ?? null;
      if (value === null) table.delete(key);
      else table.set(key, value);
      const [oldRow, newRow]: (Row | null)[] = [old === null ? null : [old], value === null ? null : [value]];
      if (old !== null && value !== null && group(old)[0] === group(value)[0]) return run.process(0, group(value), newRow ?? null, ts, oldRow ?? null);
      if (old !== null) await run.process(0, group(old), null, ts, oldRow ?? null);
      if (value !== null) await run.process(0, group(value), newRow ?? null, ts, null);
    };
  };
  it.each([false, true])('counts and sums per group (caching: %s)', (caching) =>
    check(fc.asyncProperty(events, disturbance, async (input, stop) => {
      const run = await runOf({ kind: 'tableAggregate', step: tableAggregateOf(), pieces: countAndSum }, input, stop, caching, grouped());
      if (caching) expect(replay(run)).toEqual(last(tableGroups(input)));
      else expect(withoutOld(run)).toEqual(tableGroups(input));
    })));
});
