export {
  BOOLEAN, INTEGER, BIGINT, DOUBLE, STRING, BYTES, DATE, TIME, TIMESTAMP,
  decimal, array, map, struct,
  type SqlType, type SqlTypeKind, type DecimalType, type ArrayType, type MapType, type StructType, type Field,
} from './sql-type.js';
export type { SqlValue, Long, Row, Key } from './value.js';
export { PSEUDO_COLUMNS, WINDOW_BOUNDS, type PseudoColumn, type Column, type RowSchema, type WindowInfo, type WindowType } from './schema.js';
export { booleanOf, numberOf, longOf, stringOf, bytesOf, itemsOf, entriesOf } from './narrow.js';
export { formatType, typesEqual, quoteName } from './format-type.js';
export {
  canonicalLong, wrapLong, longToBigInt, longToInteger, addLong, subtractLong, multiplyLong, divideLong, remainderLong, negateLong,
} from './long.js';
export {
  parseDecimalText, textToDecimal, decimalToText, decimalToScientificText, decimalPrecision, rescaleDecimal, boundedRescale, fitsDecimal, powerOfTen,
  decimalToDouble, doubleToDecimal, type Rounding,
} from './decimal.js';
export { doubleToText } from './double-text.js';
export { textToDouble, textToLong, textToInteger, textToBytes, bytesToText, trimJava } from './number-text.js';
export {
  DAY_MS, splitTimestamp, timestampToText, textToTimestamp, dateToText, textToDate, timeToText, textToTime,
  civilFromDays, daysFromCivil, daysInMonth,
} from './time-text.js';
export { compareValues, compareLongs, compareDoubles, compareTexts, compareBytes, valuesEqual, compiledEquals } from './compare.js';
export { atOwnScale, negateDecimal, ownDecimalText, ownScaleOf } from './off-scale.js';
export { rewindBytes, setReadPosition, unreadBytes } from './unread-bytes.js';
export { mapKeyOf, type MapKey } from './map-key.js';
export { castFunction, coerceFunction } from './cast.js';
export { textReader } from './cast-to-time.js';
export { doubleToLong, decimalTypeOf } from './cast-to-number.js';
export { valueToText } from './value-text.js';
export { canImplicitlyCast, widerType, widerDecimal, asDecimal, numberRank, isNumeric } from './coercion.js';
export { fromJs, rowObject, toJs, type JsObject, type JsValue } from './js-values.js';
