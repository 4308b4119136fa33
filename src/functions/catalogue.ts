import { assert } from '../errors/index.js';
import type { FunctionCatalogue, FunctionEntry } from './entry.js';
import { attr } from './aggregate/attr.js';
import { avg } from './aggregate/avg.js';
import { collectList } from './aggregate/collect-list.js';
import { collectSet } from './aggregate/collect-set.js';
import { correlation } from './aggregate/correlation.js';
import { countDistinct } from './aggregate/count-distinct.js';
import { count } from './aggregate/count.js';
import { earliestByOffset } from './aggregate/earliest-by-offset.js';
import { histogram } from './aggregate/histogram.js';
import { latestByOffset } from './aggregate/latest-by-offset.js';
import { max } from './aggregate/max.js';
import { min } from './aggregate/min.js';
import { stddevSamp } from './aggregate/stddev-samp.js';
import { stddevSample } from './aggregate/stddev-sample.js';
import { sumList } from './aggregate/sum-list.js';
import { sum } from './aggregate/sum.js';
import { topk } from './aggregate/topk.js';
import { topkdistinct } from './aggregate/topkdistinct.js';
import { arrayConcat } from './scalar/array/array-concat.js';
import { arrayContains } from './scalar/array/array-contains.js';
import { arrayDistinct } from './scalar/array/array-distinct.js';
import { arrayExcept } from './scalar/array/array-except.js';
import { arrayIntersect } from './scalar/array/array-intersect.js';
import { arrayJoin } from './scalar/array/array-join.js';
import { arrayLength } from './scalar/array/array-length.js';
import { arrayMax } from './scalar/array/array-max.js';
import { arrayMin } from './scalar/array/array-min.js';
import { arrayRemove } from './scalar/array/array-remove.js';
import { arraySort } from './scalar/array/array-sort.js';
import { arrayUnion } from './scalar/array/array-union.js';
import { generateSeries } from './scalar/array/generate-series.js';
import { slice } from './scalar/array/slice.js';
import { asValue } from './scalar/conditional/as-value.js';
import { coalesce } from './scalar/conditional/coalesce.js';
import { greatest } from './scalar/conditional/greatest.js';
import { ifnull } from './scalar/conditional/ifnull.js';
import { least } from './scalar/conditional/least.js';
import { nullif } from './scalar/conditional/nullif.js';
import { filter } from './scalar/lambda/filter.js';
import { reduce } from './scalar/lambda/reduce.js';
import { transform } from './scalar/lambda/transform.js';
import { asMap } from './scalar/map/as-map.js';
import { entries } from './scalar/map/entries.js';
import { mapKeys } from './scalar/map/map-keys.js';
import { mapUnion } from './scalar/map/map-union.js';
import { mapValues } from './scalar/map/map-values.js';
import { cubeExplode } from './table/cube-explode.js';
import { explode } from './table/explode.js';

/** Every built-in function, sorted by name. */
const ENTRIES: readonly FunctionEntry[] = [
  arrayConcat,
  arrayContains,
  arrayDistinct,
  arrayExcept,
  arrayIntersect,
  arrayJoin,
  arrayLength,
  arrayMax,
  arrayMin,
  arrayRemove,
  arraySort,
  arrayUnion,
  asMap,
  asValue,
  attr,
  avg,
  coalesce,
  collectList,
  collectSet,
  correlation,
  count,
  countDistinct,
  cubeExplode,
  earliestByOffset,
  entries,
  explode,
  filter,
  generateSeries,
  greatest,
  histogram,
  ifnull,
  latestByOffset,
  least,
  mapKeys,
  mapUnion,
  mapValues,
  max,
  min,
  nullif,
  reduce,
  slice,
  stddevSamp,
  stddevSample,
  sum,
  sumList,
  topk,
  topkdistinct,
  transform,
];

function catalogueOf(entries: readonly FunctionEntry[]): FunctionCatalogue {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  assert(byName.size === entries.length, 'function names are unique');
  return { find: (name) => byName.get(name.toUpperCase()) ?? null, list: () => entries };
}

export const builtInFunctions: FunctionCatalogue = catalogueOf(ENTRIES);

/** Adds functions to a catalogue; one of the same name takes the place of the one below. */
export function layerFunctions(base: FunctionCatalogue, extra: readonly FunctionEntry[]): FunctionCatalogue {
  const added = new Set(extra.map((entry) => entry.name));
  const kept = base.list().filter((entry) => !added.has(entry.name));
  return catalogueOf([...kept, ...extra].toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}
