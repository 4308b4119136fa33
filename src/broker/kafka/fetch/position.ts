import type { Slab } from '../../broker.js';
import type { SlabSource } from '../../slab.js';

/** Larger batches than this are asked for one by one, with growing limits. */
const PARTITION_BYTES = 1024 * 1024;

/** One assigned partition of a reader. Assigning it again makes a new one, so that answers to the old are recognised. */
export class Position implements SlabSource {
  paused = false;
  inFlight = false;
  highWatermark = -1;
  lastStableOffset = -1;
  /** Leader epoch of the last record read. */
  lastEpoch = -1;
  /** Identity of the topic when it was first looked up; '' until then. */
  topicId = '';
  maxBytes = PARTITION_BYTES;
  /** Read, not yet handed over. */
  ready: { readonly slab: Slab; readonly bytes: number } | null = null;
  failure: Error | null = null;

  constructor(
    readonly topic: string,
    readonly partition: number,
    public offset: number,
  ) {}

  get isFetchable(): boolean {
    return !this.paused && !this.inFlight && this.ready === null && this.failure === null;
  }

  /** The broker is known to have more. */
  get hasMore(): boolean {
    return this.offset < this.highWatermark;
  }
}
