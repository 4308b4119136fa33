import { bytesOf, mapKeyOf, type SqlValue } from '../../types/index.js';
import { sqlTypeOf } from '../argument-types.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';
import { leavesPositions } from '../scalar/bytes/join-bytes.js';
import { cardinality, merged, withHash } from './cardinality.js';
import { hash64 } from './hash-64.js';

export const countDistinct = aggregateFunction({
  name: 'COUNT_DISTINCT',
  description: 'The number of distinct values that are not null: exact up to 1024, then an estimate with a standard error of 0.8 %.',
  examples: [{ sql: 'COUNT_DISTINCT(x)', over: { columns: 'x STRING', rows: ["'a'", "'b'", "'a'", 'NULL'] }, result: '2' }],
  variants: [
    aggregateVariant({
      parameters: [p.generic('T', 'column')],
      state: t.list(t.integer),
      returns: t.bigint,
      undoable: false,
      bind: ({ argumentTypes, context }) => {
        const type = sqlTypeOf(argumentTypes[0]);
        // ksqlDB tells buffers apart by their description, which names their length, not what is in them.
        const identity = type.kind === 'BYTES' && leavesPositions(context) ? (value: SqlValue): number => bytesOf(value).length : mapKeyOf(type);
        return {
          initialize: () => [],
          aggregate: (state, value) => (value === null ? state : withHash(state, hash64(identity(value)))),
          merge: merged,
          result: cardinality,
        };
      },
    }),
  ],
});
