import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { present } from '../../../src/errors/index.js';
import type { BoundAggregate } from '../../../src/functions/index.js';
import type { OperatorSpec } from '../../../src/runtime/operators/create-operator.js';
import type { AggregatePieces } from '../../../src/runtime/operators/pieces.js';
import { STRING, type SqlValue } from '../../../src/types/index.js';
import { aggregate } from '../../unit/functions/harness.js';
import { OperatorRun, type Emitted } from '../../unit/operators/operator-run.js';
import { aggregateOf, column, schema, store, streamOf, tableAggregateOf, windowedOf } from '../../unit/operators/steps.js';

// Aggregates whose states grow are advanced in place. Whoever was shown a state must never see it change: everything that was
// emitted is compared with a run that makes a new state for every row.

const UNDOABLE = ['COLLECT_LIST', 'ATTR', 'HISTOGRAM'];
const ALL = [...UNDOABLE, 'COLLECT_SET'];
const LIMIT = { 'ksql.functions.collect_list.limit': '12', 'ksql.functions.collect_set.limit': '20' };

const bound = (name: string, limited: boolean): BoundAggregate => aggregate(name, [STRING], [], limited ? LIMIT : {});
const anew = (given: BoundAggregate): BoundAggregate => {
  const { inPlace, ...rest } = given;
  return inPlace === undefined ? given : rest;
};

function pieces(aggregates: readonly BoundAggregate[]): AggregatePieces {
  return { aggregates: aggregates.map((each) => ({ bound: each, arguments: (_key, row) => [row[0] ?? null], column: 0 })) };
}

type Kind = 'stream' | 'table' | 'tumbling' | 'session';

function specOf(kind: Kind, aggregates: readonly BoundAggregate[]): OperatorSpec {
  const value = aggregates.map(({ stateType }, i) => column(`A${i}`, stateType));
  const shape = { source: streamOf([column('V', STRING)]), store: store('aggregate', value) };
  switch (kind) {
    case 'stream':
      return { kind: 'aggregate', pieces: pieces(aggregates), step: { ...aggregateOf(), ...shape, schema: schema(value) } };
    case 'table':
      return { kind: 'tableAggregate', pieces: pieces(aggregates), step: { ...tableAggregateOf(), store: shape.store, schema: schema(value) } };
    case 'tumbling': {
      const window = { type: 'TUMBLING', sizeMs: 10, graceMs: 5, retentionMs: 20 } as const;
      return { kind: 'windowedAggregate', pieces: pieces(aggregates), step: { ...windowedOf(window), ...shape, schema: schema(value, { type: 'TUMBLING', sizeMs: 10 }) } };
    }
    case 'session': {
      const window = { type: 'SESSION', gapMs: 4, graceMs: 8, retentionMs: 20 } as const;
      return { kind: 'windowedAggregate', pieces: pieces(aggregates), step: { ...windowedOf(window), ...shape, schema: schema(value, { type: 'SESSION', sizeMs: null }) } };
    }
  }
}

interface Input {
  readonly key: string;
  readonly value: string | null;
  readonly old: string | null;
  readonly ts: number;
  readonly next: 'go on' | 'commit' | 'restart' | 'flush';
}
const text = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 30 }).map(String) }, { weight: 1, arbitrary: fc.constant(null) });
const inputs = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'a', 'a', 'b'), value: text, old: text, ts: fc.integer({ min: 0, max: 9 }),
    next: fc.oneof({ weight: 12, arbitrary: fc.constant('go on' as const) }, fc.constantFrom('commit' as const, 'restart' as const, 'flush' as const)),
  }),
  { maxLength: 90 },
).map((list): Input[] => list.map((each, i) => ({ ...each, ts: each.ts + Math.floor(i / 3) })));

/** Maps by their entries too. */
const show = (emitted: Emitted): string => JSON.stringify(emitted, (_name, value: unknown) => (value instanceof Map ? [...value] : value));

/** What was emitted, written down at once and again at the end. */
async function run(spec: OperatorSpec, input: readonly Input[], caching: boolean): Promise<{ readonly atOnce: string[]; readonly atEnd: string[] }> {
  const running = await OperatorRun.open(spec, { caching });
  const atOnce: string[] = [];
  const note = (): void => {
    for (const each of running.emitted.slice(atOnce.length)) atOnce.push(show(each));
  };
  for (const { key, value, old, ts, next } of input) {
    const before = spec.kind === 'tableAggregate' && old !== null ? [old] : undefined;
    await running.process(0, [key], [value], ts, before);
    note();
    if (next === 'commit') await running.commit();
    if (next === 'restart') await running.restart();
    if (next === 'flush') await running.flush();
    note();
  }
  await running.commit();
  note();
  return { atOnce, atEnd: running.emitted.map(show) };
}

describe.each<Kind>(['stream', 'table', 'tumbling', 'session'])('%s', (kind) => {
  const names = kind === 'table' ? UNDOABLE : ALL;
  test('growing in place shows what new states show, and nothing shown changes', () =>
    fc.assert(
      fc.asyncProperty(inputs, fc.boolean(), fc.boolean(), async (input, caching, limited) => {
        const reference = await run(specOf(kind, names.map((name) => anew(bound(name, limited)))), input, caching);
        const { atOnce, atEnd } = await run(specOf(kind, names.map((name) => bound(name, limited))), input, caching);
        expect(atOnce).toEqual(reference.atOnce);
        expect(atEnd).toEqual(atOnce);
      }),
      { numRuns: 120 },
    ));
});

test('a hot key is copied once between two commits, whatever the number of its records', async () => {
  let copies = 0;
  const counted = ALL.map((name): BoundAggregate => {
    const each = bound(name, false);
    const inPlace = present(each.inPlace, `${name} in place`);
    return {
      ...each,
      inPlace: {
        ...inPlace,
        copy: (state: SqlValue) => {
          copies++;
          return inPlace.copy(state);
        },
      },
    };
  });
  const running = await OperatorRun.open(specOf('stream', counted), { caching: true });
  for (let commit = 0; commit < 3; commit++) {
    for (let i = 0; i < 50_000; i++) await running.process(0, ['a'], [String(i % 20_000)], i);
    await running.commit();
  }
  expect(copies).toBe(3 * ALL.length);
}, 30_000);

test('a row that a neighbour refuses leaves the growing state as it was', async () => {
  const refusing: BoundAggregate = {
    ...anew(bound('COLLECT_LIST', false)),
    mayRefuse: true,
    aggregate: (state, [value = null]) => {
      if (value === '7') throw new RangeError('refused');
      return state;
    },
  };
  const running = await OperatorRun.open(specOf('stream', [bound('COLLECT_LIST', false), refusing]), { caching: true });
  await running.process(0, ['a'], ['1'], 1);
  await expect(running.process(0, ['a'], ['7'], 2)).rejects.toThrow('refused');
  await running.process(0, ['a'], ['2'], 3);
  await running.commit();
  expect(running.lines()).toEqual(['a = ["1","2"],[] @3']);
});
