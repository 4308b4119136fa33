import type { BatchBuilder, TransactionalProducer } from '../../broker/index.js';
import { assert } from '../../errors/index.js';

/**
 * The open transaction of a query on this thread: everything it writes goes through here. A transaction begins with its first
 * write or when a commit needs one for offsets. `epoch` changes with every transaction, so that writers drop the batches they hold.
 */
export class TransactionOutput {
  epoch = 0;
  /** Bytes and records appended since the last commit. */
  bytes = 0;
  records = 0;
  private producer: TransactionalProducer | null = null;
  private open = false;

  use(producer: TransactionalProducer | null): void {
    this.producer = producer;
    this.open = false;
    this.reset();
  }

  get isOpen(): boolean {
    return this.open;
  }

  begin(): TransactionalProducer {
    const { producer } = this;
    assert(producer !== null, 'a query writes only while it has a producer');
    if (!this.open) {
      producer.begin();
      this.open = true;
    }
    return producer;
  }

  batch(topic: string, partition: number): BatchBuilder {
    return this.begin().batch(topic, partition);
  }

  wrote(bytes: number): void {
    this.bytes += bytes;
    this.records++;
  }

  /** The transaction has ended, one way or the other. */
  ended(): void {
    this.open = false;
    this.reset();
  }

  private reset(): void {
    this.epoch++;
    this.bytes = 0;
    this.records = 0;
  }
}
