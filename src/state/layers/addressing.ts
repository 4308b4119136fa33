import { assertNever } from '../../errors/index.js';
import { BIGINT, mapKeyOf, numberOf, type Key, type MapKey, type SqlType } from '../../types/index.js';
import type { KeyRange } from '../store.js';
import type { ScanRange, RowLayout } from '../table.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { keyCodec, readInt64, writeEscaped, writeInt64, type KeyCodec } from './key-codec.js';

/** Serialized bytes of a key's own columns, where their order decides the order of results. */
export type SortKey = (key: Key) => Uint8Array;

/**
 * A layout made concrete: where a key lives in memory (bucket, then inner key), which time decides its expiry, and its
 * bytes in the store. Buckets are window starts, slices of time, or foreign keys; a keyed table has one.
 */
export interface Addressing {
  bucketOf(key: Key): MapKey | null;
  innerOf(key: Key): MapKey | null;
  /** −1 where the layout has no time. */
  timeOf(key: Key): number;
  /** Bucket of a time; only for layouts with times. */
  bucketOfTime(time: number): number;
  encode(key: Key): Uint8Array;
  /** null where the store key does not hold the key: then it stands before the row (`keyInValue`). */
  decode(bytes: Uint8Array): Key;
  readonly keyInValue: boolean;
  /** The key's own columns, as an index of rows per key needs them. */
  readonly innerKey: (key: Key) => Key;
  readonly innerMapKey: (innerKey: Key) => MapKey | null;
  indexPrefix(innerKey: Key): Uint8Array;
  /** Store keys of a scan. */
  range(range: ScanRange): KeyRange;
  /** All rows, or those of one inner key where the store keeps them together (null: it does not). */
  all(): KeyRange;
  ofKey(innerKey: Key): KeyRange | null;
  /** Rows whose time is below `low` where the store orders them by time, else null. */
  before(low: number): KeyRange | null;
  readonly hasTime: boolean;
}

const ROW = 0x72;
const INDEX = 0x69;

export function addressing(layout: RowLayout, keyTypes: readonly SqlType[], sortKey: SortKey | null): Addressing {
  const inner = new InnerKeys(layout, keyTypes, sortKey);
  const width = keyTypes.length;
  const part = partsOf(layout, width);
  const write = (fill: (writer: ByteWriter) => void, region = ROW): Uint8Array => {
    inner.writer.byte(region);
    fill(inner.writer);
    return inner.writer.finish();
  };
  const timeBounds = (from: number, to: number): KeyRange => ({
    from: write((w) => writeInt64(w, Math.max(from, -(2 ** 52)))),
    to: write((w) => writeInt64(w, Math.min(to, 2 ** 52) + 1)),
  });
  const byPrefix = (bytes: Uint8Array): KeyRange => ({ from: bytes, to: after(bytes) });
  return {
    ...part,
    keyInValue: sortKey !== null,
    innerOf: part.innerOf ?? inner.mapKey,
    innerKey: (key) => (key.length === width ? key : key.slice(0, width)),
    innerMapKey: inner.mapKey,
    encode: (key) => write((w) => writeStoreKey(layout, inner, w, key, width)),
    decode: (bytes) => readStoreKey(layout, inner, bytes),
    indexPrefix: (innerKey) => write((w) => inner.write(w, innerKey), INDEX),
    all: () => byPrefix(Uint8Array.of(ROW)),
    ofKey: (innerKey) => (isTimeFirst(layout) || layout.kind === 'subscription' ? null : byPrefix(write((w) => inner.write(w, innerKey)))),
    before: (low) => (isTimeFirst(layout) ? timeBounds(-(2 ** 52), low - 1) : null),
    range: (range) => (range.by === 'keyPrefix' ? byPrefix(write((w) => inner.writePrefix(w, range.prefix))) : timeBounds(range.from, range.to)),
  };
}

/** True where the time stands first in the store key. */
function isTimeFirst(layout: RowLayout): boolean {
  switch (layout.kind) {
    case 'keyed': case 'subscription':
      return false;
    case 'windowed': case 'session':
      return layout.order === 'time';
    case 'pending':
      return true;
    default:
      return assertNever(layout);
  }
}

/** The part of a store key that comes from the key's own columns. */
class InnerKeys {
  readonly writer = new ByteWriter();
  readonly codec: KeyCodec;
  readonly mapKey: (key: Key) => MapKey | null;
  private readonly prefixColumns: number;

  constructor(layout: RowLayout, types: readonly SqlType[], private readonly sortKey: SortKey | null) {
    this.codec = keyCodec(types);
    this.prefixColumns = layout.kind === 'subscription' ? layout.prefixColumns : 0;
    this.mapKey = mapKeyOfColumns(types.slice(this.prefixColumns), this.prefixColumns);
  }
  write(writer: ByteWriter, key: Key): void {
    if (this.sortKey === null) return this.codec.write(writer, key);
    this.codec.write(writer, key.slice(0, this.prefixColumns));
    writeEscaped(writer, this.sortKey(key.slice(this.prefixColumns)));
  }
  writePrefix(writer: ByteWriter, prefix: Key): void {
    this.codec.write(writer, prefix);
  }
}

type Parts = Pick<Addressing, 'bucketOf' | 'timeOf' | 'bucketOfTime' | 'hasTime'> & { readonly innerOf: Addressing['innerOf'] | null };

function partsOf(layout: RowLayout, width: number): Parts {
  const none = () => -1;
  const at = (key: Key, index: number): number => numberOf(key[index] ?? null);
  switch (layout.kind) {
    case 'keyed':
      return { bucketOf: () => null, timeOf: none, bucketOfTime: none, innerOf: null, hasTime: false };
    case 'subscription': {
      const prefix = layout.prefixColumns;
      return { bucketOf: (key) => textOfKey(key, prefix), timeOf: none, bucketOfTime: none, innerOf: null, hasTime: false };
    }
    case 'windowed':
      return { bucketOf: (key) => at(key, width), timeOf: (key) => at(key, width), bucketOfTime: (time) => time, innerOf: null, hasTime: true };
    case 'session': {
      const slice = Math.max(1, layout.gapMs);
      const bucketOfTime = (time: number) => Math.floor(time / slice);
      return {
        bucketOf: (key) => bucketOfTime(at(key, width + 1)), timeOf: (key) => at(key, width + 1), bucketOfTime,
        // Within its bucket: small numbers are texts that need not be made anew.
        innerOf: (key) => `${textOfKey(key, width)}/${at(key, width + 1) - at(key, width)}/${at(key, width + 1) % slice}`, hasTime: true,
      };
    }
    case 'pending': {
      const slice = layout.bucketMs;
      const bucketOfTime = (time: number) => Math.floor(time / slice);
      return {
        bucketOf: (key) => bucketOfTime(at(key, width)), timeOf: (key) => at(key, width), bucketOfTime,
        innerOf: (key) => at(key, width + 2), hasTime: true,
      };
    }
    default:
      return assertNever(layout);
  }
}

function writeStoreKey(layout: RowLayout, inner: InnerKeys, writer: ByteWriter, key: Key, width: number): void {
  const long = (index: number) => writeInt64(writer, numberOf(key[index] ?? null));
  const own = key.length === width ? key : key.slice(0, width);
  switch (layout.kind) {
    case 'keyed': case 'subscription':
      return inner.write(writer, own);
    case 'windowed':
      if (layout.order === 'time') long(width);
      inner.write(writer, own);
      if (layout.order === 'key') long(width);
      return;
    case 'session':
      if (layout.order === 'key') inner.write(writer, own);
      long(width + 1);
      long(width);
      if (layout.order === 'time') inner.write(writer, own);
      return;
    case 'pending':
      long(width);
      writer.byte(numberOf(key[width + 1] ?? null));
      inner.write(writer, own);
      return long(width + 2);
    default:
      return assertNever(layout);
  }
}

function readStoreKey(layout: RowLayout, inner: InnerKeys, bytes: Uint8Array): Key {
  const reader = new ByteReader(bytes);
  reader.byte();
  switch (layout.kind) {
    case 'keyed': case 'subscription':
      return inner.codec.read(reader);
    case 'windowed': {
      const first = layout.order === 'time' ? readInt64(reader) : null;
      const own = inner.codec.read(reader);
      const start = first ?? readInt64(reader);
      return [...own, start, start + layout.sizeMs];
    }
    case 'session': {
      const own = layout.order === 'key' ? inner.codec.read(reader) : null;
      const end = readInt64(reader);
      const start = readInt64(reader);
      return [...(own ?? inner.codec.read(reader)), start, end];
    }
    case 'pending': {
      const [time, side] = [readInt64(reader), reader.byte()];
      const own = inner.codec.read(reader);
      return [...own, time, side, readInt64(reader)];
    }
    default:
      return assertNever(layout);
  }
}

/** Types of everything a layout's key array holds, for keys that travel inside values. */
export function fullKeyTypes(layout: RowLayout, keyTypes: readonly SqlType[]): readonly SqlType[] {
  switch (layout.kind) {
    case 'keyed': case 'subscription':
      return keyTypes;
    case 'windowed': case 'session':
      return [...keyTypes, BIGINT, BIGINT];
    case 'pending':
      return [...keyTypes, BIGINT, BIGINT, BIGINT];
    default:
      return assertNever(layout);
  }
}

/** One column is its own Map key where its type allows; more become a text that no two different keys share. */
export function mapKeyOfColumns(types: readonly SqlType[], skip: number): (key: Key) => MapKey | null {
  const columns = types.map((type) => mapKeyOf(type));
  const [only] = columns;
  if (only !== undefined && columns.length === 1) {
    return (key) => {
      const value = key[skip] ?? null;
      return value === null ? null : only(value);
    };
  }
  return (key) => {
    let text = '';
    for (let i = 0; i < columns.length; i++) {
      const value = key[skip + i] ?? null;
      text += value === null ? '~' : part(columns[i]?.(value) ?? '');
    }
    return text;
  };
}

function part(key: MapKey): string {
  const text = String(key);
  return `${text.length}:${text}`;
}

/** The first columns as a text: for keys that are seldom looked up. Values of one column have one type. */
function textOfKey(key: Key, columns: number): string {
  let text = '';
  for (let i = 0; i < columns; i++) {
    const value = key[i] ?? null;
    text += value === null ? '~' : part(typeof value === 'object' ? JSON.stringify(value, plain) : value);
  }
  return text;
}

function plain(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { big: String(value) };
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  return value instanceof Map ? { entries: [...value] } : value;
}

/** The smallest key above all keys that start with these bytes. */
function after(prefix: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(prefix);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 255) end--;
  bytes[end - 1] = (bytes[end - 1] ?? 0) + 1;
  return bytes.subarray(0, end);
}
