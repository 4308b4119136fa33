import type { Key, Row, SqlType } from '../../types/index.js';
import type { Entry } from '../store.js';
import type { StoredRow, RowLayout } from '../table.js';
import { addressing, fullKeyTypes, type Addressing, type SortKey } from './addressing.js';
import { rowCodec, type RowCodec } from './row-codec.js';

export interface KeyedRow extends StoredRow {
  readonly key: Key;
}

/** What a table writes into its store: key bytes by the addressing; the row, with the key before it where the key bytes lose it. */
export class EntryCodec {
  readonly addressing: Addressing;
  private readonly rows: RowCodec;
  private readonly keyWidth: number;

  constructor(layout: RowLayout, keyTypes: readonly SqlType[], valueTypes: readonly SqlType[], sortKey: SortKey | null) {
    this.addressing = addressing(layout, keyTypes, sortKey);
    const inValue = this.addressing.keyInValue ? fullKeyTypes(layout, keyTypes) : [];
    this.keyWidth = inValue.length;
    this.rows = rowCodec([...inValue, ...valueTypes]);
  }

  encodeValue(key: Key, row: Row, timestamp: number): Uint8Array {
    return this.rows.encode(this.keyWidth === 0 ? row : [...key, ...row], timestamp);
  }
  decodeValue(bytes: Uint8Array): StoredRow {
    const stored = this.rows.decode(bytes);
    return this.keyWidth === 0 ? stored : { row: stored.row.slice(this.keyWidth), timestamp: stored.timestamp };
  }
  decode(entry: Entry): KeyedRow {
    const stored = this.rows.decode(entry.value);
    if (this.keyWidth === 0) return { key: this.addressing.decode(entry.key), row: stored.row, timestamp: stored.timestamp };
    return { key: stored.row.slice(0, this.keyWidth), row: stored.row.slice(this.keyWidth), timestamp: stored.timestamp };
  }
}
