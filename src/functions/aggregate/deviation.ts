import { addLong, multiplyLong, subtractLong, type Long } from '../../types/index.js';
import { aggregateVariant, p, t, type TypeSpec } from '../define.js';
import type { AggregateVariant } from '../entry.js';
import { bigintKind, doubleKind, integerKind, type NumberKind } from './number-kind.js';

/**
 * STDDEV_SAMP and STDDEV_SAMPLE share their state: sum, count and m2, the sum of squared distances from the mean, kept
 * by the method of Youngs and Cramer. They differ in the type of the count, in how INTEGER distances wrap, in the mean
 * used by merges, and in the result. These differences are ksqlDB's.
 */
export interface DeviationRule {
  readonly count: TypeSpec<Long>;
  /** x·n − (sum + x) for an INTEGER column. */
  readonly integerDistance: (x: number, n: number, sumWithX: number) => number;
  readonly hasTruncatedMeans: boolean;
  readonly result: (m2: number, count: number) => number;
}

type State = readonly [sum: Long, count: Long, m2: number];
type Distance = (x: Long, n: Long, sumWithX: Long) => number;

export function deviationVariants(rule: DeviationRule): readonly AggregateVariant[] {
  return [
    deviationOf(rule, integerKind, (x, n, sumWithX) => rule.integerDistance(Number(x), Number(n), Number(sumWithX))),
    deviationOf(rule, bigintKind, (x, n, sumWithX) => Number(subtractLong(multiplyLong(x, n), sumWithX))),
    deviationOf(rule, doubleKind, (x, n, sumWithX) => Number(x) * Number(n) - Number(sumWithX)),
  ];
}

function deviationOf(rule: DeviationRule, kind: NumberKind, distance: Distance): AggregateVariant {
  /** What a value adds to m2, or took part in it: `n` counts it, `sum` may already hold it once more (undo). */
  const share = ([sum, count]: State, x: Long, others: number): number => {
    if (others <= 0) return 0;
    const d = distance(x, addLong(count, 1), kind.add(sum, x));
    return (d * d) / (others * (others + 1));
  };
  return aggregateVariant({
    parameters: [p.of(kind.spec, 'column')],
    state: t.record(['SUM', kind.spec], ['COUNT', rule.count], ['M2', t.double]),
    returns: t.double,
    undoable: true,
    bind: () => ({
      initialize: () => [0, 0, 0],
      aggregate: (state, x) => (x === null ? state : [kind.add(state[0], x), addLong(state[1], 1), state[2] + share(state, x, Number(state[1]))]),
      undo: (state, x) =>
        x === null ? state : [kind.subtract(state[0], x), subtractLong(state[1], 1), state[2] - share(state, x, Number(state[1]) - 1)],
      merge: (a, b) => [kind.add(a[0], b[0]), addLong(a[1], b[1]), mergedM2(a, b, rule.hasTruncatedMeans && kind !== doubleKind)],
      result: ([, count, m2]) => (Number(count) < 2 ? 0 : rule.result(m2, Number(count))),
    }),
  });
}

function mergedM2(a: State, b: State, isTruncated: boolean): number {
  const countA = Number(a[1]);
  const countB = Number(b[1]);
  if (countA === 0 || countB === 0) return a[2] + b[2];
  const mean = ([sum, count]: State): number => (isTruncated ? Number(BigInt(sum) / BigInt(count)) : Number(sum) / Number(count));
  const apart = mean(a) - mean(b);
  return a[2] + b[2] + (countA * countB * apart * apart) / (countA + countB);
}
