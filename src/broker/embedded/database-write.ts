import { factKey, type LogOperation } from '../log/log-storage.js';
import { encodeFact, encodeSequence } from './fact-codec.js';
import type { JournalEntry } from './journal.js';
import { asPointerKey, batchKey, decodeBatchKey, factKeyBytes, SEQUENCE_KEY } from './level-keys.js';
import { encodePointer, type Place } from './pointer-codec.js';
import type { StoredBatches } from './stored-batches.js';

type DatabaseOperation = { type: 'put'; key: Buffer; value: Buffer } | { type: 'del'; key: Buffer };

/** One atomic batch of the database while it is put together, and what the journal will say about it. */
export class DatabaseWrite {
  readonly journal: JournalEntry[] = [];
  /** Places nothing points to once this is stored. */
  readonly released: Place[] = [];
  private readonly operations: DatabaseOperation[] = [];

  constructor(
    readonly sequence: number,
    private readonly stored: StoredBatches,
  ) {}

  get isEmpty(): boolean {
    return this.operations.length === 0;
  }

  /** `place`: where a bulk batch has been written to. */
  add(operation: LogOperation, place: Place | null): void {
    switch (operation.kind) {
      case 'putBatch': {
        const { log, base, framed } = operation;
        if (operation.replaces) this.dropBatch(log.topicNumber, log.partition, base);
        const key = batchKey(log.topicNumber, log.partition, base);
        if (place === null) this.put(key, framed, 'putBatch');
        else this.putPointer(asPointerKey(key), place);
        break;
      }
      case 'dropBatch':
        this.dropBatch(operation.log.topicNumber, operation.log.partition, operation.base);
        break;
      case 'putFact': {
        const key = factKeyBytes(factKey(operation.fact));
        this.put(key, encodeFact(key, this.sequence, operation.fact), 'putFact');
        break;
      }
      case 'dropFact':
        this.delete(factKeyBytes(factKey(operation.fact)), 'dropFact');
    }
  }

  dropPointer(key: Buffer, place: Place | null): void {
    this.delete(key, 'dropBatch');
    if (place !== null) this.released.push(place);
  }

  movePointer(key: Buffer, place: Place): void {
    const { topicNumber, partition, offset } = decodeBatchKey(key);
    const old = this.stored.place(topicNumber, partition, offset);
    if (old !== null) this.released.push(old);
    this.putPointer(key, place);
  }

  /** The operations, with the mark by which a failed write is found out about. */
  finish(): DatabaseOperation[] {
    return [...this.operations, { type: 'put', key: SEQUENCE_KEY, value: encodeSequence(this.sequence) }];
  }

  private dropBatch(topicNumber: number, partition: number, base: number): void {
    const place = this.stored.place(topicNumber, partition, base);
    const key = batchKey(topicNumber, partition, base);
    if (place === null) this.delete(key, 'dropBatch');
    else this.dropPointer(asPointerKey(key), place);
  }

  private putPointer(key: Buffer, place: Place): void {
    this.put(key, encodePointer(key, place), 'putBatch');
  }

  private put(key: Buffer, value: Buffer, kind: 'putBatch' | 'putFact'): void {
    this.operations.push({ type: 'put', key, value });
    this.journal.push({ kind, key: key.toString('latin1'), bytes: kind === 'putBatch' ? value.length : 0 });
  }

  private delete(key: Buffer, kind: 'dropBatch' | 'dropFact'): void {
    this.operations.push({ type: 'del', key });
    this.journal.push({ kind, key: key.toString('latin1'), bytes: 0 });
  }
}
