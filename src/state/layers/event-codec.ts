import type { Key, Row, SqlType } from '../../types/index.js';
import { present } from '../../errors/index.js';
import { ByteReader, ByteWriter } from './byte-writer.js';
import { pageOf, type EventList, type EventPage, type EventRow } from './event-list.js';
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
  private readonly size: RowSize;
  private readonly keys: KeyCodec;
  private readonly columns: ColumnsCodec;
  private readonly writer = new ByteWriter();

  constructor(keyTypes: readonly SqlType[], valueTypes: readonly SqlType[]) {
    this.keys = keyCodec(keyTypes);
    this.columns = columnsCodec(valueTypes);
    this.size = rowSize(valueTypes);
  }

  sizeOf(row: Row): number {
    return this.size.fixed ?? this.size.of(row);
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

  /** With the rows of the commits up to `committed`; null: those are none. */
  encodeHead(list: EventList, committed: number): Uint8Array | null {
    const { bucket, pages } = list;
    if (pages !== null && pages.length > 1) return this.directory(pages, bucket.start);
    this.writer.varint(1);
    const count = pages === null ? this.writeChain(list, committed) : this.writeRows(present(pages[0], 'the only page'), bucket.start, committed);
    const bytes = this.writer.finish();
    return count === 0 ? null : bytes;
  }
  encodePage(page: EventPage, start: number, committed: number): Uint8Array {
    this.writeRows(page, start, committed);
    return this.writer.finish();
  }
  /** The pages of a head, in the slice that begins at `start`; of several none is read yet. */
  decodeHead(bytes: Uint8Array, start: number): EventPage[] {
    const reader = new ByteReader(bytes);
    const count = reader.varint();
    if (count !== 1) return Array.from({ length: count }, () => this.unread(reader, start));
    const only = pageOf(0, this.readRows(reader, start));
    for (const event of only.rows ?? []) only.bytes += this.sizeOf(event.row);
    return [only];
  }
  decodePage(bytes: Uint8Array, start: number): EventRow[] {
    return this.readRows(new ByteReader(bytes), start);
  }

  private directory(pages: readonly EventPage[], start: number): Uint8Array {
    this.writer.varint(pages.length);
    for (const page of pages) {
      this.writer.varint(page.id);
      this.writer.double(start + page.firstAt);
      this.writer.double(page.firstSequence);
    }
    return this.writer.finish();
  }
  private unread(reader: ByteReader, start: number): EventPage {
    return { id: reader.varint(), firstAt: reader.double() - start, firstSequence: reader.double(), rows: null, bytes: 0, unstored: 0 };
  }
  private writePrefix(bucket: number, key: Key): void {
    this.writer.byte(REGION);
    writeInt64(this.writer, bucket);
    this.keys.write(this.writer, key);
  }
  /** What is not committed is left out. Both give the number of the rows that are not. */
  private writeRows(page: EventPage, start: number, committed: number): number {
    const rows = present(page.rows, 'rows of a page that has changed');
    let count = 0;
    for (const event of rows) if (event.commit <= committed) count++;
    this.writer.varint(count);
    for (const event of rows) if (event.commit <= committed) this.writeRow(event, start);
    return count;
  }
  private writeChain({ first, bucket: { start } }: EventList, committed: number): number {
    let count = 0;
    for (let event = first; event !== null; event = event.next) if (event.commit <= committed) count++;
    this.writer.varint(count);
    for (let event = first; event !== null; event = event.next) if (event.commit <= committed) this.writeRow(event, start);
    return count;
  }
  private writeRow(event: EventRow, start: number): void {
    this.writer.double(start + event.at);
    this.writer.varint(event.sequence);
    this.columns.write(this.writer, event.row);
  }
  private readRows(reader: ByteReader, start: number): EventRow[] {
    const rows: EventRow[] = [];
    for (let left = reader.varint(); left > 0; left--) {
      const at = reader.double() - start;
      const sequence = reader.varint();
      rows.push({ at, sequence, row: this.columns.read(reader), commit: 0, next: null });
    }
    return rows;
  }
}
