import { BindError } from '../../errors/index.js';

/** Negative: the first goes after the second in descending order. */
export type Order<V> = (a: V, b: V) => number;

/** The size of a ranking, a literal argument. */
export function rankingSize(size: number | null): number {
  if (size === null || size < 1) throw new BindError('k must be 1 or greater', { hint: 'Write how many values to keep: 1 or more.' });
  return size;
}

/** First index of a descending list whose value is below `value`: equal ones stay before it. */
function insertionIndex<V>(list: readonly V[], value: V, order: Order<V>): number {
  let from = 0;
  let to = list.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = list[middle];
    if (other !== undefined && order(other, value) >= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The descending list with the value, cut to `size`; the same list when it does not get in. */
export function ranked<V>(list: readonly V[], value: V, order: Order<V>, size: number): readonly V[] {
  const at = insertionIndex(list, value, order);
  if (at >= size) return list;
  return list.length < size ? list.toSpliced(at, 0, value) : list.slice(0, size - 1).toSpliced(at, 0, value);
}

/** As `ranked`, without values that are in. */
export function rankedDistinct<V>(list: readonly V[], value: V, order: Order<V>, size: number): readonly V[] {
  const before = list[insertionIndex(list, value, order) - 1];
  return before !== undefined && order(before, value) === 0 ? list : ranked(list, value, order, size);
}

/** Two rankings as one; of equal values those of the first go before. */
export function mergedRanking<V>(earlier: readonly V[], later: readonly V[], insert: (list: readonly V[], value: V) => readonly V[]): readonly V[] {
  let merged = earlier;
  for (const value of later) merged = insert(merged, value);
  return merged;
}
