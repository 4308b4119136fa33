import { addLong, type Long } from '../../types/index.js';
import { aggregateFunction, aggregateVariant, p, t } from '../define.js';
import type { AggregateVariant } from '../entry.js';
import { numberKinds, type NumberKind } from './number-kind.js';

type Sums = readonly [x: number, y: number, xx: number, yy: number, xy: number, count: Long];

function changed(sums: Sums, left: Long | null, right: Long | null, by: 1 | -1): Sums {
  if (left === null || right === null) return sums;
  const [x, y, xx, yy, xy, count] = sums;
  const a = Number(left);
  const b = Number(right);
  return [x + by * a, y + by * b, xx + by * a * a, yy + by * b * b, xy + by * a * b, addLong(count, by)];
}

/** Pearson's coefficient in one pass; without variation in a column it is 0/0, NaN. */
function coefficient([x, y, xx, yy, xy, count]: Sums): number {
  const n = Number(count);
  return (n * xy - x * y) / Math.sqrt((n * xx - x * x) * (n * yy - y * y));
}

const correlationOf = ({ spec }: NumberKind): AggregateVariant =>
  aggregateVariant({
    parameters: [p.of(spec, 'x'), p.of(spec, 'y')],
    state: t.record(
      ['X_SUM', t.double],
      ['Y_SUM', t.double],
      ['X_SQUARED_SUM', t.double],
      ['Y_SQUARED_SUM', t.double],
      ['XY_SUM', t.double],
      ['COUNT', t.bigint],
    ),
    returns: t.double,
    undoable: true,
    bind: () => ({
      initialize: () => [0, 0, 0, 0, 0, 0],
      aggregate: (state, x, y) => changed(state, x, y, 1),
      undo: (state, x, y) => changed(state, x, y, -1),
      merge: (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], addLong(a[5], b[5])],
      result: coefficient,
    }),
  });

export const correlation = aggregateFunction({
  name: 'CORRELATION',
  description: "Pearson's correlation coefficient of two columns. Pairs with a null are ignored.",
  examples: [{ sql: 'CORRELATION(x, y)', over: { columns: 'x INTEGER, y INTEGER', rows: ['1, 2', '2, 4', '3, 6'] }, result: '1.0' }],
  variants: numberKinds.map(correlationOf),
});
