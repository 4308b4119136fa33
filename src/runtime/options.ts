import type { Broker } from '../broker/index.js';
import type { Env } from '../env/index.js';
import type { FunctionCatalogue, FunctionContext } from '../functions/index.js';
import type { Format, FormatName, SchemaSource } from '../serde/index.js';
import type { StoreProvider } from '../state/index.js';

/** Everything the runtime needs from outside. One per task group (thread). */
export interface RuntimeDependencies {
  /** Names this thread among all threads of all servers, and stays the same over restarts: part of transactional ids. */
  readonly threadId: string;
  /** Where other servers reach this one, asked when it joins a group; absent: nowhere. */
  readonly host?: () => string | null;
  readonly env: Env;
  readonly broker: Broker;
  readonly stores: StoreProvider;
  readonly functions: FunctionCatalogue;
  readonly functionContext: FunctionContext;
  readonly formats: (name: FormatName) => Format;
  readonly schemas: SchemaSource;
  /**
   * Fetches what `schemas` said was not loaded yet (an error it threw, or the cause of one). false: the error is something else.
   */
  readonly loadSchemas?: (error: unknown) => Promise<boolean>;
  /** Parses the text of a STRING timestamp column by a Java pattern, in the server's zone; null: does not parse. */
  readonly parseTimestamp: (text: string, pattern: string) => number | null;
}

/** Settings of one query. The composition derives them from `ksql.streams.…`; every field has a default. */
export interface QueryOptions {
  /** Consumer group and prefix of the transactional id. Default: the query id. */
  readonly groupId: string;
  /** false: every update is emitted at once. */
  readonly caching: boolean;
  /** Byte budget of the write-back caches of the query's stores. */
  readonly cacheBytes: number;
  /** Byte budget of clean rows kept in memory, per store of a task. */
  readonly rowCacheBytes: number;
  /**
   * How far a store may stay behind the commits: bytes of committed rows held in memory, per store of a task. Of its changelog,
   * twice as much may have to be read again after a crash. 0: stores are written with every commit.
   */
  readonly storeBacklogBytes: number;
  readonly guarantee: 'exactly_once' | 'at_least_once';
  readonly commitIntervalMs: number;
  /** Commit also when all inputs are drained: at once (`embedded`), or 100 ms later. */
  readonly drainedCommitDelayMs: number;
  /** A drained commit waits until this many times the last commit's duration has passed; 0: at once (test harnesses). */
  readonly commitSpacing: number;
  /** `auto`: memory where one member owns all partitions. */
  readonly exchange: 'auto' | 'memory' | 'topic';
  /** Partition of a key; default Kafka's murmur2. */
  readonly partitioner: Partitioner | null;
  /** −1: never wait for an empty input; 0: only for data known to exist; more: so long for data to come. */
  readonly maxTaskIdleMs: number;
  /** Where sources without a committed offset start; null: streams at the end, tables at the beginning. */
  readonly offsetReset: 'earliest' | 'latest' | null;
  /** Records and bytes of one synchronous slice. */
  readonly sliceRecords: number;
  readonly fetchBytes: number;
  readonly retryBackoffInitialMs: number;
  readonly retryBackoffMaxMs: number;
  readonly throwOnInvalidTimestamp: boolean;
  readonly failOnDeserializationError: boolean;
  readonly processingLog: ProcessingLogOptions | null;
  readonly startPaused: boolean;
}

export type Partitioner = (key: Buffer, position: number, length: number, partitions: number) => number;

export interface ProcessingLogOptions {
  readonly topic: string;
  readonly includeRows: boolean;
}

export const DEFAULT_QUERY_OPTIONS: Omit<QueryOptions, 'groupId'> = {
  caching: true,
  cacheBytes: 10 * 1024 * 1024,
  rowCacheBytes: 64 * 1024 * 1024,
  storeBacklogBytes: 16 * 1024 * 1024,
  guarantee: 'exactly_once',
  commitIntervalMs: 2000,
  drainedCommitDelayMs: 0,
  commitSpacing: 10,
  exchange: 'auto',
  partitioner: null,
  maxTaskIdleMs: 0,
  offsetReset: null,
  sliceRecords: 8192,
  fetchBytes: 4 * 1024 * 1024,
  retryBackoffInitialMs: 15_000,
  retryBackoffMaxMs: 900_000,
  throwOnInvalidTimestamp: false,
  failOnDeserializationError: false,
  processingLog: null,
  startPaused: false,
};
