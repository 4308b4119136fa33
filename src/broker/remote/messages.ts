import type { ErrorCode } from '../../errors/index.js';
import type {
  BrokerAdmin, CommitResult, CommittedOffset, EncodedBatch, GroupMetadata, Isolation, NewTopic, OffsetCommit, ReaderOptions, RecordHeader, TopicDescription,
  TopicPartition,
} from '../broker.js';

/** What a thread may ask of the broker of another one, by name: arguments and answer. All of it survives structured cloning. */
export interface BrokerCalls {
  createTopic(topic: NewTopic): boolean;
  deleteTopic(name: string): boolean;
  describeTopic(name: string): TopicDescription | null;
  listTopics(): readonly TopicDescription[];
  listOffsets(partitions: readonly TopicPartition[], at: Parameters<BrokerAdmin['listOffsets']>[1], isolation: Isolation): readonly number[];
  deleteRecords(below: readonly (TopicPartition & { readonly offset: number })[]): void;
  listGroups(): readonly string[];
  deleteGroup(groupId: string): void;
  clusterId(): string;
  fetchCommitted(groupId: string, partitions: readonly TopicPartition[]): readonly (CommittedOffset | null)[];
  poll(reader: number, options: { readonly maxBytes: number; readonly maxWaitMs: number }): PollAnswer;
  closeReader(reader: number): void;
  openTransactionalProducer(producer: number, options: { readonly transactionalId: string; readonly timeoutMs: number }): RecordLimits;
  append(producer: number, batches: readonly PartitionRecords[]): void;
  commit(producer: number, batches: readonly PartitionRecords[], offsets: readonly GroupOffsets[]): CommitResult;
  abort(producer: number): void;
  openProducer(producer: number): void;
  send(producer: number, records: readonly RemoteRecord[]): readonly number[];
  sendIfEnd(producer: number, record: RemoteRecord, expectedEnd: number): number | null;
  closeProducer(producer: number): void;
}

/** `max.message.bytes` of the topics that have their own. */
export type RecordLimits = readonly (readonly [topic: string, bytes: number])[];

export interface PartitionRecords extends TopicPartition {
  readonly batches: readonly EncodedBatch[];
}

export interface GroupOffsets {
  readonly group: GroupMetadata;
  readonly offsets: readonly OffsetCommit[];
}

/** A record to send; cloning makes plain byte arrays of buffers. */
export interface RemoteRecord extends TopicPartition {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestamp: number;
  readonly headers?: readonly (Omit<RecordHeader, 'value'> & { readonly value: Uint8Array | null })[];
}

export interface PollAnswer {
  readonly slabs: readonly PackedSlab[];
  /** How many assignments and withdrawals of this reader were in force when the slabs were read. */
  readonly assignments: number;
}

/** A slab on its way: all memory is its own and moves with it. */
export interface PackedSlab {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly startOffset: number;
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** Offsets, timestamps, key positions and lengths, value positions and lengths, one behind the other. */
  readonly columns: ArrayBuffer;
  readonly bufferEnds: Int32Array;
  readonly bytes: ArrayBuffer;
  /** Lengths of the buffers in `bytes`. */
  readonly bufferLengths: readonly number[];
}

export type CallMessage = {
  readonly [K in keyof BrokerCalls]: { readonly kind: 'call'; readonly id: number; readonly name: K; readonly args: Parameters<BrokerCalls[K]> };
}[keyof BrokerCalls];

export type ToBroker =
  | CallMessage
  | { readonly kind: 'openReader'; readonly reader: number; readonly options: ReaderOptions }
  | { readonly kind: 'assign'; readonly reader: number; readonly positions: readonly (TopicPartition & { readonly offset: number })[] }
  | { readonly kind: 'unassign' | 'pause' | 'resume'; readonly reader: number; readonly partitions: readonly TopicPartition[] }
  | { readonly kind: 'wakeup'; readonly reader: number };

export type FromBroker =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: RemoteError };

export interface RemoteError {
  readonly message: string;
  readonly code: ErrorCode | null;
  readonly hint: string | null;
  readonly retriable: boolean;
  readonly outcome: 'fenced' | 'abortable' | 'unknown' | null;
}
