import { BindError } from '../../errors/index.js';
import { compareLongs, type Long } from '../../types/index.js';
import { aggregateVariant, p, t, type AggregateBehaviour, type ParameterSpec, type Value } from '../define.js';
import type { AggregateVariant } from '../entry.js';

/** A kept value and the number of the row it came from, by which merged sessions are ordered. */
type Kept = readonly [sequence: Long, value: Value | null];
const kept = t.record(['SEQ', t.bigint], ['VAL', t.nullable(t.generic('T'))]);

interface Rule {
  readonly side: 'earliest' | 'latest';
  readonly ignoresNulls: boolean;
  readonly nextSequence: () => Long;
}
type One = AggregateBehaviour<[Value | null], Kept | null, Value | null>;
type Many = AggregateBehaviour<[Value | null], readonly Kept[], readonly (Value | null)[]>;

/** The four forms: one value or the n first or last; with or without the literal that says whether nulls count. */
export function byOffsetVariants(side: Rule['side']): readonly AggregateVariant[] {
  const ignoreNulls = p.boolean('ignoreNulls', 'true when not given');
  const count = p.integer('n', 'how many values to keep');
  return [
    oneVariant([], (site) => oneByOffset({ side, ignoresNulls: true, ...site })),
    oneVariant([ignoreNulls], (site) => oneByOffset({ side, ignoresNulls: site.literals[0] !== false, ...site })),
    manyVariant([count], (site) => manyByOffset({ side, ignoresNulls: true, ...site }, site.literals[0])),
    manyVariant([count, ignoreNulls], (site) => manyByOffset({ side, ignoresNulls: site.literals[1] !== false, ...site }, site.literals[0])),
  ];
}

interface Site {
  readonly nextSequence: () => Long;
  readonly literals: readonly unknown[];
}

function oneVariant(literals: readonly ParameterSpec<number | boolean>[], bind: (site: Site) => One): AggregateVariant {
  return aggregateVariant({ parameters: [p.generic('T', 'column')], literals, state: t.nullable(kept), returns: t.generic('T'), undoable: false, bind });
}
function manyVariant(literals: readonly ParameterSpec<number | boolean>[], bind: (site: Site) => Many): AggregateVariant {
  return aggregateVariant({ parameters: [p.generic('T', 'column')], literals, state: t.list(kept), returns: t.array(t.generic('T')), undoable: false, bind });
}

function oneByOffset({ side, ignoresNulls, nextSequence }: Rule): One {
  const wins = side === 'earliest' ? -1 : 1;
  return {
    initialize: () => null,
    aggregate: (state, value) => {
      if ((value === null && ignoresNulls) || (state !== null && side === 'earliest')) return state;
      return [nextSequence(), value];
    },
    merge: (earlier, later) => {
      if (earlier === null || later === null) return earlier ?? later;
      return compareLongs(earlier[0], later[0]) === wins ? earlier : later;
    },
    result: (state) => state?.[1] ?? null,
  };
}

function manyByOffset({ side, ignoresNulls, nextSequence }: Rule, size: unknown): Many {
  if (typeof size !== 'number' || size < 1) {
    throw new BindError(`Failed to invoke UDAF factory method: ${side}N must be 1 or greater`, { hint: 'Write how many values to keep: 1 or more.' });
  }
  return {
    initialize: () => [],
    aggregate: (state, value) => {
      if ((value === null && ignoresNulls) || (state.length >= size && side === 'earliest')) return state;
      return [...(state.length >= size ? state.slice(state.length - size + 1) : state), [nextSequence(), value]];
    },
    // Both sides keep the first n of the merged sessions: so does ksqlDB, also for LATEST_BY_OFFSET.
    merge: (earlier, later) => [...earlier, ...later].toSorted((a, b) => compareLongs(a[0], b[0])).slice(0, size),
    result: (state) => state.map(([, value]) => value),
  };
}
