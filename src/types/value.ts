/**
 * A value in memory. The static type decides the representation; nothing inspects values to learn their type.
 *
 * | SQL | in memory |
 * |---|---|
 * | BOOLEAN, INTEGER, DOUBLE, STRING | boolean, number, number, string |
 * | BIGINT | number while it is a safe integer, else bigint (canonical: see `bigint.ts`) |
 * | DECIMAL(p,s) | the unscaled integer in the same canonical form (see `atOwnScale` for values on their way into a text) |
 * | BYTES | Uint8Array |
 * | DATE, TIME | days, milliseconds of day |
 * | TIMESTAMP | epoch milliseconds, in the form of a BIGINT |
 * | ARRAY, STRUCT | array of items; array of field values in schema order |
 * | MAP | Map |
 */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly SqlValue[]
  | ReadonlyMap<SqlValue, SqlValue>;

/** BIGINT and unscaled DECIMAL: number while safe, else bigint. */
export type Long = number | bigint;

/** The values of a row in schema order. Never mutated after it was handed on. */
export type Row = readonly SqlValue[];

/**
 * The key of a record: its column values in order. A windowed key has two more entries at the end:
 * window start and window end, epoch milliseconds. `null` is no key bytes.
 */
export type Key = readonly SqlValue[];
