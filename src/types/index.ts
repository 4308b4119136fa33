export {
  BOOLEAN, INTEGER, BIGINT, DOUBLE, STRING, BYTES, DATE, TIME, TIMESTAMP,
  decimal, array, map, struct,
  type SqlType, type SqlTypeKind, type DecimalType, type ArrayType, type MapType, type StructType, type Field,
} from './sql-type.js';
export type { SqlValue, Long, Row, Key } from './value.js';
export { PSEUDO_COLUMNS, WINDOW_BOUNDS, type PseudoColumn, type Column, type RowSchema, type WindowInfo, type WindowType } from './schema.js';
