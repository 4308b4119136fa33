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
import { bigintFromBytes } from './scalar/bytes/bigint-from-bytes.js';
import { doubleFromBytes } from './scalar/bytes/double-from-bytes.js';
import { encode } from './scalar/bytes/encode.js';
import { fromBytes } from './scalar/bytes/from-bytes.js';
import { intFromBytes } from './scalar/bytes/int-from-bytes.js';
import { toBytes } from './scalar/bytes/to-bytes.js';
import { asValue } from './scalar/conditional/as-value.js';
import { coalesce } from './scalar/conditional/coalesce.js';
import { greatest } from './scalar/conditional/greatest.js';
import { ifnull } from './scalar/conditional/ifnull.js';
import { least } from './scalar/conditional/least.js';
import { nullif } from './scalar/conditional/nullif.js';
import { convertTz } from './scalar/date/convert-tz.js';
import { dateadd } from './scalar/date/dateadd.js';
import { datesub } from './scalar/date/datesub.js';
import { datetostring } from './scalar/date/datetostring.js';
import { formatDate } from './scalar/date/format-date.js';
import { formatTime } from './scalar/date/format-time.js';
import { formatTimestamp } from './scalar/date/format-timestamp.js';
import { fromDays } from './scalar/date/from-days.js';
import { fromUnixtime } from './scalar/date/from-unixtime.js';
import { parseDate } from './scalar/date/parse-date.js';
import { parseTime } from './scalar/date/parse-time.js';
import { parseTimestamp } from './scalar/date/parse-timestamp.js';
import { stringtodate } from './scalar/date/stringtodate.js';
import { stringtotimestamp } from './scalar/date/stringtotimestamp.js';
import { timeadd } from './scalar/date/timeadd.js';
import { timestampadd } from './scalar/date/timestampadd.js';
import { timestampsub } from './scalar/date/timestampsub.js';
import { timestamptostring } from './scalar/date/timestamptostring.js';
import { timesub } from './scalar/date/timesub.js';
import { unixDate } from './scalar/date/unix-date.js';
import { unixTimestamp } from './scalar/date/unix-timestamp.js';
import { extractjsonfield } from './scalar/json/extractjsonfield.js';
import { isJsonString } from './scalar/json/is-json-string.js';
import { jsonArrayContains } from './scalar/json/json-array-contains.js';
import { jsonArrayLength } from './scalar/json/json-array-length.js';
import { jsonConcat } from './scalar/json/json-concat.js';
import { jsonItems } from './scalar/json/json-items.js';
import { jsonKeys } from './scalar/json/json-keys.js';
import { jsonRecords } from './scalar/json/json-records.js';
import { toJsonString } from './scalar/json/to-json-string.js';
import { filter } from './scalar/lambda/filter.js';
import { reduce } from './scalar/lambda/reduce.js';
import { transform } from './scalar/lambda/transform.js';
import { asMap } from './scalar/map/as-map.js';
import { entries } from './scalar/map/entries.js';
import { mapKeys } from './scalar/map/map-keys.js';
import { mapUnion } from './scalar/map/map-union.js';
import { mapValues } from './scalar/map/map-values.js';
import { abs } from './scalar/math/abs.js';
import { acos } from './scalar/math/acos.js';
import { asin } from './scalar/math/asin.js';
import { atan } from './scalar/math/atan.js';
import { atan2 } from './scalar/math/atan2.js';
import { cbrt } from './scalar/math/cbrt.js';
import { ceil } from './scalar/math/ceil.js';
import { cos } from './scalar/math/cos.js';
import { cosh } from './scalar/math/cosh.js';
import { cot } from './scalar/math/cot.js';
import { degrees } from './scalar/math/degrees.js';
import { exp } from './scalar/math/exp.js';
import { floor } from './scalar/math/floor.js';
import { ln } from './scalar/math/ln.js';
import { log } from './scalar/math/log.js';
import { pi } from './scalar/math/pi.js';
import { power } from './scalar/math/power.js';
import { radians } from './scalar/math/radians.js';
import { random } from './scalar/math/random.js';
import { round } from './scalar/math/round.js';
import { sign } from './scalar/math/sign.js';
import { sin } from './scalar/math/sin.js';
import { sinh } from './scalar/math/sinh.js';
import { sqrt } from './scalar/math/sqrt.js';
import { tan } from './scalar/math/tan.js';
import { tanh } from './scalar/math/tanh.js';
import { trunc } from './scalar/math/trunc.js';
import { geoDistance } from './scalar/other/geo-distance.js';
import { regexpExtractAll } from './scalar/regexp/regexp-extract-all.js';
import { regexpExtract } from './scalar/regexp/regexp-extract.js';
import { regexpReplace } from './scalar/regexp/regexp-replace.js';
import { regexpSplitToArray } from './scalar/regexp/regexp-split-to-array.js';
import { chr } from './scalar/string/chr.js';
import { concatWs } from './scalar/string/concat-ws.js';
import { concat } from './scalar/string/concat.js';
import { elt } from './scalar/string/elt.js';
import { field } from './scalar/string/field.js';
import { initcap } from './scalar/string/initcap.js';
import { instr } from './scalar/string/instr.js';
import { lcase } from './scalar/string/lcase.js';
import { len } from './scalar/string/len.js';
import { lpad } from './scalar/string/lpad.js';
import { maskKeepLeft } from './scalar/string/mask-keep-left.js';
import { maskKeepRight } from './scalar/string/mask-keep-right.js';
import { maskLeft } from './scalar/string/mask-left.js';
import { maskRight } from './scalar/string/mask-right.js';
import { mask } from './scalar/string/mask.js';
import { md5 } from './scalar/string/md5.js';
import { replace } from './scalar/string/replace.js';
import { rpad } from './scalar/string/rpad.js';
import { splitToMap } from './scalar/string/split-to-map.js';
import { split } from './scalar/string/split.js';
import { substring } from './scalar/string/substring.js';
import { trim } from './scalar/string/trim.js';
import { ucase } from './scalar/string/ucase.js';
import { uuid } from './scalar/string/uuid.js';
import { urlDecodeParam } from './scalar/url/url-decode-param.js';
import { urlEncodeParam } from './scalar/url/url-encode-param.js';
import { urlExtractFragment } from './scalar/url/url-extract-fragment.js';
import { urlExtractHost } from './scalar/url/url-extract-host.js';
import { urlExtractParameter } from './scalar/url/url-extract-parameter.js';
import { urlExtractPath } from './scalar/url/url-extract-path.js';
import { urlExtractPort } from './scalar/url/url-extract-port.js';
import { urlExtractProtocol } from './scalar/url/url-extract-protocol.js';
import { urlExtractQuery } from './scalar/url/url-extract-query.js';
import { cubeExplode } from './table/cube-explode.js';
import { explode } from './table/explode.js';

/** Every built-in function, sorted by name. */
const ENTRIES: readonly FunctionEntry[] = [
  abs,
  acos,
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
  asin,
  asMap,
  asValue,
  atan,
  atan2,
  attr,
  avg,
  bigintFromBytes,
  cbrt,
  ceil,
  chr,
  coalesce,
  collectList,
  collectSet,
  concat,
  concatWs,
  convertTz,
  correlation,
  cos,
  cosh,
  cot,
  count,
  countDistinct,
  cubeExplode,
  dateadd,
  datesub,
  datetostring,
  degrees,
  doubleFromBytes,
  earliestByOffset,
  elt,
  encode,
  entries,
  exp,
  explode,
  extractjsonfield,
  field,
  filter,
  floor,
  formatDate,
  formatTime,
  formatTimestamp,
  fromBytes,
  fromDays,
  fromUnixtime,
  generateSeries,
  geoDistance,
  greatest,
  histogram,
  ifnull,
  initcap,
  instr,
  intFromBytes,
  isJsonString,
  jsonArrayContains,
  jsonArrayLength,
  jsonConcat,
  jsonItems,
  jsonKeys,
  jsonRecords,
  latestByOffset,
  lcase,
  least,
  len,
  ln,
  log,
  lpad,
  mapKeys,
  mapUnion,
  mapValues,
  mask,
  maskKeepLeft,
  maskKeepRight,
  maskLeft,
  maskRight,
  max,
  md5,
  min,
  nullif,
  parseDate,
  parseTime,
  parseTimestamp,
  pi,
  power,
  radians,
  random,
  reduce,
  regexpExtract,
  regexpExtractAll,
  regexpReplace,
  regexpSplitToArray,
  replace,
  round,
  rpad,
  sign,
  sin,
  sinh,
  slice,
  split,
  splitToMap,
  sqrt,
  stddevSamp,
  stddevSample,
  stringtodate,
  stringtotimestamp,
  substring,
  sum,
  sumList,
  tan,
  tanh,
  timeadd,
  timestampadd,
  timestampsub,
  timestamptostring,
  timesub,
  topk,
  topkdistinct,
  toBytes,
  toJsonString,
  transform,
  trim,
  trunc,
  ucase,
  unixDate,
  unixTimestamp,
  urlDecodeParam,
  urlEncodeParam,
  urlExtractFragment,
  urlExtractHost,
  urlExtractParameter,
  urlExtractPath,
  urlExtractPort,
  urlExtractProtocol,
  urlExtractQuery,
  uuid,
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
