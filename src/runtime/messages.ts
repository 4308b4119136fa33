import type { ErrorCode } from '../errors/index.js';
import type { BoundExpression } from '../expr/index.js';
import type { PersistentPlan, PullPlan, StreamPullPlan, TransientPlan } from '../plan/index.js';
import type { Key, Row } from '../types/index.js';
import type { QueryOptions } from './options.js';

/**
 * The only words between an engine and a task group. Everything here survives structured cloning, so a group may live
 * on another thread.
 */
export type TaskGroupRequest =
  | { readonly kind: 'start'; readonly plan: PersistentPlan; readonly options: Partial<MessageQueryOptions> }
  | { readonly kind: 'pause'; readonly queryId: string }
  | { readonly kind: 'resume'; readonly queryId: string }
  | { readonly kind: 'stop'; readonly queryId: string; readonly deleteState: boolean }
  | { readonly kind: 'status' }
  | { readonly kind: 'spread'; readonly queryId: string }
  /** What takes a look at the stores: not for those who ask often. */
  | { readonly kind: 'measure' }
  | { readonly kind: 'whenIdle'; readonly queryIds: readonly string[] | null }
  | { readonly kind: 'preparePull'; readonly plan: PullPlan }
  | { readonly kind: 'forgetPull'; readonly pullId: number }
  | { readonly kind: 'pull'; readonly pullId: number; readonly parameters: PullParameters; readonly credit: number }
  | { readonly kind: 'push'; readonly source: PushSource; readonly options: Partial<MessageQueryOptions>; readonly credit: number; readonly resume: ResumeOptions }
  | { readonly kind: 'evaluate'; readonly evaluation: RowEvaluation }
  | { readonly kind: 'close' };

/** Expressions over rows at hand: for whoever has the rows, and must not run the functions. */
export interface RowEvaluation {
  readonly filter: BoundExpression | null;
  readonly output: readonly BoundExpression[];
  /** So many values of a row are its key; the others its value. */
  readonly keyColumns: number;
  readonly rows: readonly Row[];
  /** What a failing expression does: give null, as in a pull query, or refuse the evaluation with what it says. */
  readonly failures: 'null' | 'refuse';
}

/** A query's settings without functions, which cannot be sent: the partitioner is fixed when the group is made. */
export type MessageQueryOptions = Omit<QueryOptions, 'partitioner'>;

/** What may differ between two executions of one prepared pull query. */
export interface PullParameters {
  /** Wait (at most so long) until the table's query has committed its inputs up to here. */
  readonly atLeast?: { readonly positions: TopicPositions; readonly waitMs: number };
  /** Say with the end of the answer what it knew. */
  readonly tellsReached?: boolean;
  /** Replaces the keys of a `keys` access. */
  readonly keys?: readonly Key[];
  /** Answer only if these, no more and no fewer, are the tasks that are here: the others answer for the rest. */
  readonly partitions?: readonly number[];
}

/** Who has which partition indexes of a query's tasks. */
export interface Share {
  /** Where the member's server is reached (`scheme://host:port`); null: it does not say. */
  readonly host: string | null;
  readonly partitions: readonly number[];
}

/** A query's tasks as the last assignment has spread them. */
export interface Spread {
  readonly own: readonly number[];
  /** Of members that have any. */
  readonly others: readonly Share[];
}

/** Next offsets of partitions: topic, partition, offset. */
export type TopicPositions = readonly (readonly [string, number, number])[];

/** Next offsets of one topic, by partition. */
export type Positions = readonly number[];

export interface ResumeOptions {
  /** Start here instead of where the plan says; null: where it says. Only where a query can be resumed. */
  readonly from: Positions | null;
  /** Tell with the rows how far they go. */
  readonly tellsPositions: boolean;
}

/** Where a push query's rows come from. */
export type PushSource =
  | TransientPlan
  | StreamPullPlan
  /** Rows that the running query writes from now on, as (key ++ value) of its sink. */
  | { readonly kind: 'subscribe'; readonly queryId: string; readonly limit: number | null };

export type ToGroup =
  | { readonly kind: 'request'; readonly id: number; readonly request: TaskGroupRequest }
  /** The receiver of stream `id` can take `credit` more chunks. */
  | { readonly kind: 'credit'; readonly id: number; readonly credit: number }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromGroup =
  | { readonly kind: 'reply'; readonly id: number; readonly value: TaskGroupReply }
  | { readonly kind: 'failure'; readonly id: number; readonly error: MessageError }
  /** A push query has its positions: rows written from now on reach it. */
  | { readonly kind: 'started'; readonly id: number }
  /** `positions`: everything before them has been sent, with this chunk; null: not known, or not asked for. */
  | { readonly kind: 'chunk'; readonly id: number; readonly rows: readonly OutputRow[]; readonly positions: Positions | null }
  /** All rows of a short answer, and its end. */
  | { readonly kind: 'answer'; readonly id: number; readonly rows: readonly OutputRow[]; readonly reached: TopicPositions | null }
  | { readonly kind: 'end'; readonly id: number; readonly reason: StreamEnd; readonly reached: TopicPositions | null }
  | { readonly kind: 'event'; readonly event: RuntimeEvent };

export type TaskGroupReply =
  | null
  /** By row of the evaluation; null: the filter did not let it pass. */
  | { readonly rows: readonly (Row | null)[] }
  | { readonly measures: GroupMeasures }
  | { readonly pullId: number }
  /** null: the tasks are being handed out at this moment. */
  | { readonly spread: Spread | null } | { readonly queries: readonly QueryStatus[] };

/** One row for a client. A tombstone (a deleted table row) has its key columns filled where they are projected, the rest null. */
export interface OutputRow {
  readonly values: Row;
  readonly tombstone: boolean;
}

/** Why a stream of rows ended. */
export type StreamEnd = 'complete' | 'limit' | 'queryStopped';

export interface MessageError {
  readonly name: string;
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint: string | null;
  readonly retriable: boolean;
}

export type QueryState = 'STARTING' | 'RUNNING' | 'PAUSED' | 'ERROR' | 'STOPPED';

export interface QueryFailure {
  readonly timestamp: number;
  readonly type: 'USER' | 'SYSTEM' | 'UNKNOWN';
  readonly message: string;
  readonly cause: string | null;
}

export interface TaskStatus {
  readonly stage: number;
  readonly partition: number;
  /** Input partitions: next offset to process, and the end known. */
  readonly inputs: readonly { readonly topic: string; readonly partition: number; readonly position: number; readonly end: number }[];
  readonly stores: readonly { readonly name: string; readonly changelogOffset: number }[];
}

export interface QueryStatus {
  readonly queryId: string;
  readonly state: QueryState;
  /** The last ten failures, newest last. */
  readonly errors: readonly QueryFailure[];
  readonly metrics: QueryMetrics;
  readonly tasks: readonly TaskStatus[];
  /** Tasks that other servers have. */
  readonly others: readonly Share[];
}

/** What a group holds now. */
export interface GroupMeasures {
  readonly stores: readonly StoreSize[];
  /** Bytes of rows that wait for the clients of push queries. */
  readonly pushBufferBytes: number;
  /** Times that a client was too slow for the reader it shared, and went on by itself. */
  readonly pushLeftBehind: number;
}

export interface StoreSize {
  readonly queryId: string;
  readonly store: string;
  readonly bytes: number;
  /** An estimate where there are more than a thousand in a store on disk. */
  readonly keys: number;
}

/** Of a part of a query between two exchanges, named by its last step. */
export interface OperatorCounts {
  readonly operator: string;
  readonly recordsIn: number;
  readonly recordsOut: number;
}

export interface QueryMetrics {
  readonly recordsIn: number;
  readonly recordsOut: number;
  /** Records read, by topic. */
  readonly recordsByTopic: Readonly<Record<string, number>>;
  readonly operators: readonly OperatorCounts[];
  /** Part of the last seconds in which its operators worked, 0 to 1. */
  readonly busyRatio: number;
  /** Changelog records still to be read before it can run. */
  readonly restoreRemaining: number;
  readonly commits: number;
  readonly lateDropped: number;
  /** Times the query was opened anew after a failure. */
  readonly restarts: number;
  /** Commits that failed without telling whether they are stored. */
  readonly unknownOutcomes: number;
  /** Times its stores were found damaged and rebuilt. */
  readonly damagedStores: number;
  /** Processing log entries by type. */
  readonly errorsByType: Readonly<Record<ProcessingErrorType, number>>;
  /** Wall-clock time of the newest record processed, or null. */
  readonly lastProcessedMs: number | null;
}

/** The processing log's types, by ksqlDB's numbers. */
export type ProcessingErrorType = 'DESERIALIZATION_ERROR' | 'RECORD_PROCESSING_ERROR' | 'PRODUCTION_ERROR' | 'SERIALIZATION_ERROR' | 'KAFKA_STREAMS_THREAD_ERROR';

export type RuntimeEvent =
  | { readonly kind: 'state'; readonly queryId: string; readonly state: QueryState }
  | { readonly kind: 'failure'; readonly queryId: string; readonly failure: QueryFailure }
  | { readonly kind: 'commit'; readonly queryId: string };
