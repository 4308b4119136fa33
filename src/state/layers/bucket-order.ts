import { compareKeys } from './compare-keys.js';
import type { EntryCodec } from './entry-codec.js';
import type { TableSlot } from './table-slot.js';

/** A place in memory with its store key, encoded when an order has to be settled by it. */
export class OrderedPlace {
  private encoded: Uint8Array | null = null;
  constructor(
    private readonly codec: EntryCodec,
    readonly slot: TableSlot,
  ) {}
  get bytes(): Uint8Array {
    return (this.encoded ??= this.codec.addressing.encode(this.slot.key));
  }
}

/** Scans by time run over stores that have the time first, so time settles most of the order without encoding keys. */
export function inStoreOrder(codec: EntryCodec, slots: Iterable<TableSlot>): OrderedPlace[] {
  return Array.from(slots, (slot) => new OrderedPlace(codec, slot)).sort((a, b) => a.slot.time - b.slot.time || compareKeys(a.bytes, b.bytes));
}

/**
 * The places of a slice of time in store order. Kept until a row comes into the bucket: what closes little by little is then found
 * without sorting, or even passing, what closed before. Rows that go leave it as it is.
 */
export class BucketOrder {
  private readonly places: readonly OrderedPlace[];
  /** Before it are places without a row only. */
  private firstRow = 0;

  constructor(codec: EntryCodec, slots: Iterable<TableSlot>) {
    this.places = inStoreOrder(codec, slots);
  }

  /** `withDeleted`: places of deleted rows too, which hide what the store still has. */
  *within(from: number, to: number, withDeleted: boolean): Generator<OrderedPlace> {
    const { places } = this;
    while (this.firstRow < places.length && !hasRow(places[this.firstRow])) this.firstRow++;
    for (let at = Math.max(withDeleted ? 0 : this.firstRow, this.lowerBound(from)); at < places.length; at++) {
      const place = places[at];
      if (place === undefined || place.slot.time > to) return;
      if (place.slot.attached && (withDeleted || place.slot.row !== null)) yield place;
    }
  }

  /** The first place that is not before a time. */
  private lowerBound(from: number): number {
    const { places } = this;
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((places[middle]?.slot.time ?? from) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hasRow(place: OrderedPlace | undefined): boolean {
  return place !== undefined && place.slot.attached && place.slot.row !== null;
}
