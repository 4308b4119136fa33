import type { Key, MapKey, Row, SqlType } from '../../types/index.js';
import { present } from '../../errors/index.js';
import { mapKeyOfColumns } from './addressing.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import type { EventList, EventPage, EventRow } from './event-list.js';
import { keyCodec, writeInt64, type KeyCodec } from './key-codec.js';
import { columnsCodec, type ColumnsCodec } from './row-codec.js';
import { rowSize, type RowSize } from './row-size.js';

/** Before the slice of time in the keys of pages. No other layout uses it. */
const REGION = 0x70;
const HEAD = 0;
const PAGE = 1;

/**
 * Records of a list: the head under (slice of time, key), which is the only page or names the pages; those under the same and
 * their number. A list is written as it was committed.
 */
export class EventCodec {
  readonly mapKey: (key: Key) => MapKey | null;
  readonly size: RowSize;
  private readonly keys: KeyCodec;
  private readonly columns: ColumnsCodec;
  private readonly writer = new ByteWriter();

  constructor(keyTypes: readonly SqlType[], valueTypes: readonly SqlType[]) {
    this.mapKey = mapKeyOfColumns(keyTypes, 0);
    this.keys = keyCodec(keyTypes);
    this.columns = columnsCodec(valueTypes);
    this.size = rowSize(valueTypes);
  }

  event(timestamp: number, sequence: number, row: Row, dirty: boolean): EventRow {
    return { timestamp, sequence, row, bytes: this.size.fixed ?? this.size.of(row), dirty };
  }

  headKey(bucket: number, key: Key): Uint8Array {
    this.writePrefix(bucket, key);
    this.writer.byte(HEAD);
    return this.writer.finish();
  }
  pageKey(bucket: number, key: Key, page: number): Uint8Array {
    this.writePrefix(bucket, key);
    this.writer.byte(PAGE);
    this.writer.uint32(page);
    return this.writer.finish();
  }
  /** Where the records of a slice of time begin. */
  sliceKey(bucket: number): Uint8Array {
    this.writer.byte(REGION);
    writeInt64(this.writer, bucket);
    return this.writer.finish();
  }

  encodeHead({ pages }: EventList): Uint8Array {
    this.writer.varint(pages.length);
    const [only] = pages;
    if (pages.length === 1) this.writeRows(present(only, 'the only page'));
    else for (const page of pages) {
      this.writer.varint(page.id);
      this.writer.double(page.firstTimestamp);
      this.writer.double(page.firstSequence);
    }
    return this.writer.finish();
  }
  encodePage(page: EventPage): Uint8Array {
    this.writeRows(page);
    return this.writer.finish();
  }
  /** The pages of a head; of several none is read yet. */
  decodeHead(bytes: Uint8Array): EventPage[] {
    const reader = new ByteReader(bytes);
    const count = reader.varint();
    if (count === 1) return [this.onlyPage(reader)];
    return Array.from({ length: count }, () => ({
      id: reader.varint(), firstTimestamp: reader.double(), firstSequence: reader.double(), rows: null, bytes: 0, unstored: false,
    }));
  }
  decodePage(bytes: Uint8Array): EventRow[] {
    return this.readRows(new ByteReader(bytes));
  }

  private onlyPage(reader: ByteReader): EventPage {
    const rows = this.readRows(reader);
    const [first] = rows;
    let bytes = 0;
    for (const event of rows) bytes += event.bytes;
    return { id: 0, firstTimestamp: first?.timestamp ?? 0, firstSequence: first?.sequence ?? 0, rows, bytes, unstored: false };
  }
  private writePrefix(bucket: number, key: Key): void {
    this.writer.byte(REGION);
    writeInt64(this.writer, bucket);
    this.keys.write(this.writer, key);
  }
  /** What is not committed is left out. */
  private writeRows(page: EventPage): void {
    const { writer, columns } = this;
    const rows = present(page.rows, 'rows of a page that has changed');
    let count = 0;
    for (const event of rows) if (!event.dirty) count++;
    writer.varint(count);
    for (const event of rows) {
      if (event.dirty) continue;
      writer.double(event.timestamp);
      writer.varint(event.sequence);
      columns.write(writer, event.row);
    }
  }
  private readRows(reader: ByteReader): EventRow[] {
    const rows: EventRow[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const timestamp = reader.double();
      const sequence = reader.varint();
      rows.push(this.event(timestamp, sequence, this.columns.read(reader), false));
    }
    return rows;
  }
}
