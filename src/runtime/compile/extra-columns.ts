import { assertNever } from '../../errors/index.js';
import type { Slab } from '../../broker/index.js';
import type { CodeBuilder } from '../../expr/index.js';
import type { ExtraColumn } from '../../plan/index.js';
import type { SqlValue } from '../../types/index.js';

/** Code of a column that comes from around the record: `slab`, `index` and `timestamp` are names of the generated function. */
export function extraCode(builder: CodeBuilder, extra: ExtraColumn): string {
  switch (extra.kind) {
    case 'rowtime':
      return 'timestamp';
    case 'rowpartition':
      return 'slab.partition';
    case 'rowoffset':
      return 'slab.offsets[index]';
    case 'headers':
      return `${builder.constant(allHeaders)}(slab, index)`;
    case 'header':
      return `${builder.constant(lastHeader)}(slab, index, ${builder.constant(extra.headerKey)})`;
    default:
      return assertNever(extra);
  }
}

/** ARRAY<STRUCT<KEY STRING, VALUE BYTES>> of a record's headers. Bytes are copied: the slab's buffer is not kept alive by rows. */
function allHeaders(slab: Slab, index: number): SqlValue {
  return slab.headers(index).map((header): SqlValue => [header.key, copy(header.value)]);
}

/** Value of the last header with this key. */
function lastHeader(slab: Slab, index: number, key: string): SqlValue {
  return copy(slab.headers(index).findLast((header) => header.key === key)?.value ?? null);
}

function copy(value: Buffer | null): Uint8Array | null {
  return value === null ? null : Uint8Array.from(value);
}
