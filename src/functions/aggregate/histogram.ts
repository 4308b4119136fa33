import { addLong, type Long } from '../../types/index.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';

const MAX_KEYS = 1000;
/**
 * No format has a null map key. ksqlDB's store turns it into this text between two rows and so never counts nulls beyond
 * one; the same is done here: the entry says that there were nulls, not how many.
 */
const NULL_KEY = 'null';

type Counts = ReadonlyMap<string, Long | null>;

function withCount(counts: Map<string, Long | null>, key: string, by: Long): void {
  const known = counts.get(key);
  if (known === undefined && counts.size >= MAX_KEYS) return;
  counts.set(key, addLong(known ?? 0, by));
}

function withoutOne(counts: Map<string, Long | null>, key: string): void {
  const known = counts.get(key);
  if (known === undefined) return;
  if (known === null || known <= 1) counts.delete(key);
  else counts.set(key, addLong(known, -1));
}

/** A state that this aggregate has made for itself. */
function isOwn(counts: Counts): counts is Map<string, Long | null> {
  return counts instanceof Map;
}

export const histogram = aggregateFunction({
  name: 'HISTOGRAM',
  description: `How often each value occurs, as a map. Holds at most ${MAX_KEYS} values; later new ones are ignored. Nulls leave one entry, null, with the count 1.`,
  examples: [{ sql: 'HISTOGRAM(x)', over: { columns: 'x STRING', rows: ["'a'", "'b'", "'a'"] }, result: '{a=2, b=1}' }],
  variants: [
    aggregateVariant({
      parameters: [p.string('column')],
      state: t.map(t.string, t.bigint),
      returns: t.map(t.string, t.bigint),
      undoable: true,
      bind: () => ({
        initialize: () => new Map(),
        aggregate: (state: Counts, value) => {
          const key = value ?? NULL_KEY;
          const isKnown = state.has(key);
          if (isKnown ? value === null : state.size >= MAX_KEYS) return state;
          const counts = new Map(state);
          withCount(counts, key, 1);
          return counts;
        },
        undo: (state: Counts, value) => {
          if (value === null || !state.has(value)) return state;
          const counts = new Map(state);
          withoutOne(counts, value);
          return counts;
        },
        merge: (earlier: Counts, later) => {
          const counts = new Map(earlier);
          for (const [key, count] of later) withCount(counts, key, count ?? 0);
          return counts;
        },
        result: (state) => state,
        inPlace: {
          copy: (state: Counts) => new Map(state),
          aggregate: (state: Counts, value) => {
            const key = value ?? NULL_KEY;
            if (isOwn(state) && !(value === null && state.has(key))) withCount(state, key, 1);
            return state;
          },
          undo: (state: Counts, value) => {
            if (isOwn(state) && value !== null) withoutOne(state, value);
            return state;
          },
        },
      }),
    }),
  ],
});
