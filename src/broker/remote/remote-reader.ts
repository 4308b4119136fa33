import { assert, BrokerError } from '../../errors/index.js';
import type { LogReader, ReaderOptions, Slab, TopicPartition } from '../broker.js';
import { unpackSlab } from './packed-slab.js';
import { named, type BrokerLink } from './broker-link.js';

/** A reader of the other thread's broker. Orders are posted and not awaited: they arrive in order with the polls. */
export class RemoteReader implements LogReader {
  private readonly reader: number;
  private polling = false;
  private closing: Promise<void> | null = null;
  private assignments = 0;
  /** By partition, the number of the assignment or withdrawal that it was last part of. */
  private readonly assignedBy = new Map<string, number>();

  constructor(
    private readonly link: BrokerLink,
    options: ReaderOptions,
    private readonly onClose: (reader: RemoteReader) => void,
  ) {
    this.reader = link.number();
    link.post({ kind: 'openReader', reader: this.reader, options });
  }

  assign(positions: readonly (TopicPartition & { readonly offset: number })[]): void {
    this.note(positions);
    this.link.post({ kind: 'assign', reader: this.reader, positions: positions.map(({ topic, partition, offset }) => ({ topic, partition, offset })) });
  }

  unassign(partitions: readonly TopicPartition[]): void {
    this.note(partitions);
    this.link.post({ kind: 'unassign', reader: this.reader, partitions: named(partitions) });
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.link.post({ kind: 'pause', reader: this.reader, partitions: named(partitions) });
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.link.post({ kind: 'resume', reader: this.reader, partitions: named(partitions) });
  }

  async poll(options: { readonly maxBytes: number; readonly maxWaitMs: number }): Promise<readonly Slab[]> {
    assert(!this.polling, 'one poll at a time');
    if (this.closing !== null || this.link.isClosed) throw new BrokerError('The reader is closed', { retriable: false, code: 'SHUTTING_DOWN' });
    this.polling = true;
    try {
      const { maxBytes, maxWaitMs } = options;
      const { slabs, assignments } = await this.link.call('poll', [this.reader, { maxBytes, maxWaitMs }]);
      // What was on its way when a partition was assigned anew belongs to nobody.
      return slabs.filter(({ topic, partition }) => (this.assignedBy.get(`${partition}/${topic}`) ?? 0) <= assignments).map(unpackSlab);
    } finally {
      this.polling = false;
    }
  }

  wakeup(): void {
    if (this.polling) this.link.post({ kind: 'wakeup', reader: this.reader });
  }

  close(): Promise<void> {
    this.closing ??= this.link.callAnyway('closeReader', [this.reader]).finally(() => this.onClose(this));
    return this.closing;
  }

  private note(partitions: readonly TopicPartition[]): void {
    this.assignments += 1;
    for (const { topic, partition } of partitions) this.assignedBy.set(`${partition}/${topic}`, this.assignments);
  }
}
