/**
 * The only way out for records: topics, appending, fetching, group membership, atomic commit of appends + offsets.
 * Shaped for Kafka's protocol; memory and embedded are the simple cases. Contract suite: `test/contract/broker.ts`.
 * Offsets and timestamps are exact in a double (< 2^53). All methods reject with BrokerError.
 */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export type Isolation = 'read_committed' | 'read_uncommitted';

export interface TopicDescription {
  readonly name: string;
  /** Identity: a deleted and re-created topic has another one. */
  readonly id: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly configs: Readonly<Record<string, string>>;
  readonly internal: boolean;
}

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas?: number;
  /** Kafka's names: `cleanup.policy`, `retention.ms`, `retention.bytes`, … */
  readonly configs?: Readonly<Record<string, string>>;
}

export interface BrokerAdmin {
  /** Idempotent: an existing topic with the same partition count is fine, another count is an error. Returns whether it was created. */
  createTopic(topic: NewTopic): Promise<boolean>;
  deleteTopic(name: string): Promise<boolean>;
  describeTopic(name: string): Promise<TopicDescription | null>;
  listTopics(): Promise<readonly TopicDescription[]>;
  /** `latest` is one past the last record that this isolation shows. */
  listOffsets(partitions: readonly TopicPartition[], at: 'earliest' | 'latest' | { readonly timestamp: number }, isolation: Isolation): Promise<readonly number[]>;
  /** Drops records below the offsets. */
  deleteRecords(below: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>;
  listGroups(): Promise<readonly string[]>;
  deleteGroup(groupId: string): Promise<void>;
  /** Identity of the cluster (or data folder). */
  clusterId(): Promise<string>;
}

/** One fetched slice of one partition, columnar and zero-copy: record i lives in `buffers[b]` for the first b with i < bufferEnds[b]. */
export interface Slab {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  /** Where to read on: past control, aborted, compacted and empty batches even when count is 0. */
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly offsets: Float64Array;
  readonly timestamps: Float64Array;
  readonly buffers: readonly Buffer[];
  readonly bufferEnds: Int32Array;
  readonly keyPositions: Int32Array;
  /** −1 is null. */
  readonly keyLengths: Int32Array;
  readonly valuePositions: Int32Array;
  /** −1 is null (a tombstone). */
  readonly valueLengths: Int32Array;
  /** Decoded on demand. */
  headers(index: number): readonly RecordHeader[];
}
export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

/** Manual assignment, pull. One reader belongs to one owner (a query's thread); see `ReaderOptions.owner`. */
export interface LogReader {
  assign(positions: readonly (TopicPartition & { readonly offset: number })[]): void;
  unassign(partitions: readonly TopicPartition[]): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * Resolves at once when data is there, else after `maxWaitMs` (0: at once; Infinity: no timer) or when data arrives; [] is
   * allowed. At most about maxBytes in all; several slabs of one partition come in order. Rejects with OFFSET_OUT_OF_RANGE,
   * UNKNOWN_TOPIC or DAMAGED, after what could be read has been handed over. One poll at a time.
   */
  poll(options: { readonly maxBytes: number; readonly maxWaitMs: number }): Promise<readonly Slab[]>;
  /** Breaks a waiting poll (it resolves with []). */
  wakeup(): void;
  close(): Promise<void>;
}
export interface ReaderOptions {
  readonly isolation: Isolation;
  readonly lane: 'main' | 'restore' | 'standby';
  /** Who reads: the query id, `print`, `command`, …; for metrics and for test harnesses that give each query its own view. */
  readonly owner: string;
}

export interface CommittedOffset {
  readonly offset: number;
  /** Opaque text (≤ 4 KiB) committed with the offset. */
  readonly metadata: string;
}
export interface OffsetCommit extends TopicPartition, CommittedOffset {}

export interface GroupMetadata {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | null;
}
export interface Assignment {
  readonly generation: number;
  readonly memberId: string;
  readonly partitions: readonly TopicPartition[];
  readonly userData: Uint8Array;
}
export interface MemberInfo {
  readonly memberId: string;
  readonly topics: readonly string[];
  readonly userData: Uint8Array;
  readonly owned: readonly TopicPartition[];
}
export interface GroupOptions {
  readonly groupId: string;
  readonly instanceId: string | null;
  readonly subscription: () => { readonly topics: readonly string[]; readonly userData: Uint8Array; readonly owned: readonly TopicPartition[] };
  /** Runs on the leader. */
  readonly assign: (members: readonly MemberInfo[], partitionsOf: ReadonlyMap<string, number>) => ReadonlyMap<string, { readonly partitions: readonly TopicPartition[]; readonly userData: Uint8Array }>;
  readonly onAssigned: (assignment: Assignment) => Promise<void>;
  /** Awaited before the member rejoins. 'lost': do not commit any more. */
  readonly onRevoked: (partitions: readonly TopicPartition[], kind: 'revoked' | 'lost') => Promise<void>;
}
/** Membership only; carries no data. Memory and embedded have exactly one member, which owns everything. */
export interface GroupMember {
  join(): Promise<void>;
  leave(): Promise<void>;
  metadata(): GroupMetadata;
}

/** Appends records to one open partition batch. Keys and values are copied in; length −1 is null. */
export interface BatchBuilder {
  append(
    timestamp: number,
    key: Buffer | null, keyPosition: number, keyLength: number,
    value: Buffer | null, valuePosition: number, valueLength: number,
    headers: readonly RecordHeader[] | null,
  ): void;
  /** Records and bytes appended since the last flush or commit. */
  readonly pendingRecords: number;
  readonly pendingBytes: number;
}

/** Records of one partition as another thread has encoded them: a RecordBatch v2 whose header is filled in when it is appended. */
export interface EncodedBatch {
  readonly bytes: Uint8Array;
  /** Bytes left free before the batch. */
  readonly headroom: number;
  readonly count: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
}

/**
 * Exactly one open transaction per producer; opening one under the id of another fences that one.
 * Errors: `BrokerError` with `outcome` (`ProducerOutcome`): fenced → drop the tasks; abortable → abort and rewind;
 * unknown → open a new producer under the same id before anything else.
 */
export interface TransactionalProducer {
  begin(): void;
  batch(topic: string, partition: number): BatchBuilder;
  /**
   * Takes over records that another thread has encoded, as the next ones of their partition; their sizes are not checked. Where it
   * is absent they are appended one by one.
   */
  adopt?(topic: string, partition: number, batch: EncodedBatch): void;
  /** Sends what is pending. Optional before commit. */
  flush(): Promise<void>;
  /** Adds consumer offsets to the transaction. */
  sendOffsets(offsets: readonly OffsetCommit[], group: GroupMetadata): Promise<void>;
  /**
   * Makes appends and offsets visible together. Resolves with the base offset each appended partition's records got:
   * the changelog offsets a store has reached.
   */
  commit(): Promise<CommitResult>;
  abort(): Promise<void>;
  close(): Promise<void>;
}
export interface CommitResult {
  /** Next offset (one past the last appended record) for every partition the transaction appended to. */
  readonly endOffsets: readonly (TopicPartition & { readonly offset: number })[];
}
export type ProducerOutcome = 'fenced' | 'abortable' | 'unknown';

/** One record outside transactions (INSERT VALUES, the command log, tests): resolved when durable. */
export interface ProducerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers?: readonly RecordHeader[];
}
export interface PlainProducer {
  /** Appends in order, atomically per call. Resolves with the offset of each record. */
  send(records: readonly ProducerRecord[]): Promise<readonly number[]>;
  /**
   * Compare-and-append for logs with several writers: appends only if the partition's end offset is still `expectedEnd`.
   * Resolves with null when it is not.
   */
  sendIfEnd(record: ProducerRecord, expectedEnd: number): Promise<number | null>;
  close(): Promise<void>;
}

export interface ProducerOptions {
  readonly transactionalId: string;
  readonly timeoutMs: number;
  /**
   * `at_least_once`: what is appended may be seen before the commit, and stays after an abort; offsets are committed only when every append
   * is durable. A broker to which one atomic write costs nothing may give more. Default `exactly_once`.
   */
  readonly guarantee?: 'exactly_once' | 'at_least_once';
}

export interface Broker {
  readonly kind: 'memory' | 'embedded' | 'kafka';
  readonly admin: BrokerAdmin;
  openReader(options: ReaderOptions): LogReader;
  openGroup(options: GroupOptions): GroupMember;
  /** Committed offsets of a group; null where none. */
  fetchCommitted(groupId: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]>;
  /** Fences every older producer of the same id and aborts its transaction. */
  openTransactionalProducer(options: ProducerOptions): Promise<TransactionalProducer>;
  openProducer(): Promise<PlainProducer>;
  /** True where one process owns all partitions, so exchanges may be in memory and groups need no protocol. */
  readonly singleMember: boolean;
  close(): Promise<void>;
}
