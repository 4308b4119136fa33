import { BrokerError, type ErrorCode } from '../../../errors/index.js';

/** What to do about an error code of Kafka. */
export type ErrorAction =
  /** Ask again after a pause. */
  | 'retry'
  /** Look up leaders or coordinators again, then ask again. */
  | 'refresh'
  | 'fail';

interface KnownError {
  readonly name: string;
  readonly action: ErrorAction;
  readonly code?: ErrorCode;
  readonly hint?: string;
}

const FAIL = 'fail';
const RETRY = 'retry';
const REFRESH = 'refresh';
const ACL_HINT = 'Give the principal of this server the right to do it (kafka-acls).';

const TABLE: ReadonlyMap<number, KnownError> = new Map<number, KnownError>([
  [-1, { name: 'UNKNOWN_SERVER_ERROR', action: FAIL }],
  [1, { name: 'OFFSET_OUT_OF_RANGE', action: FAIL, code: 'OFFSET_OUT_OF_RANGE' }],
  [2, { name: 'CORRUPT_MESSAGE', action: RETRY, code: 'DAMAGED' }],
  [3, { name: 'UNKNOWN_TOPIC_OR_PARTITION', action: REFRESH, code: 'UNKNOWN_TOPIC' }],
  [4, { name: 'INVALID_FETCH_SIZE', action: FAIL }],
  [5, { name: 'LEADER_NOT_AVAILABLE', action: REFRESH }],
  [6, { name: 'NOT_LEADER_OR_FOLLOWER', action: REFRESH }],
  [7, { name: 'REQUEST_TIMED_OUT', action: RETRY }],
  [8, { name: 'BROKER_NOT_AVAILABLE', action: REFRESH }],
  [9, { name: 'REPLICA_NOT_AVAILABLE', action: REFRESH }],
  [10, { name: 'MESSAGE_TOO_LARGE', action: FAIL, code: 'RECORD_TOO_LARGE', hint: 'Raise max.message.bytes of the topic.' }],
  [12, { name: 'OFFSET_METADATA_TOO_LARGE', action: FAIL, hint: 'Raise offset.metadata.max.bytes of the brokers.' }],
  [13, { name: 'NETWORK_EXCEPTION', action: REFRESH }],
  [14, { name: 'COORDINATOR_LOAD_IN_PROGRESS', action: RETRY }],
  [15, { name: 'COORDINATOR_NOT_AVAILABLE', action: REFRESH }],
  [16, { name: 'NOT_COORDINATOR', action: REFRESH }],
  [17, { name: 'INVALID_TOPIC_EXCEPTION', action: FAIL }],
  [18, { name: 'RECORD_LIST_TOO_LARGE', action: FAIL, code: 'RECORD_TOO_LARGE' }],
  [19, { name: 'NOT_ENOUGH_REPLICAS', action: RETRY }],
  [20, { name: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', action: RETRY }],
  [21, { name: 'INVALID_REQUIRED_ACKS', action: FAIL }],
  [22, { name: 'ILLEGAL_GENERATION', action: FAIL }],
  [23, { name: 'INCONSISTENT_GROUP_PROTOCOL', action: FAIL, hint: 'Members of another kind use this consumer group: give this server another ksql.service.id.' }],
  [24, { name: 'INVALID_GROUP_ID', action: FAIL }],
  [25, { name: 'UNKNOWN_MEMBER_ID', action: FAIL }],
  [26, { name: 'INVALID_SESSION_TIMEOUT', action: FAIL, hint: 'session.timeout.ms must lie within the limits of the brokers (group.min.session.timeout.ms, group.max.session.timeout.ms).' }],
  [27, { name: 'REBALANCE_IN_PROGRESS', action: FAIL }],
  [28, { name: 'INVALID_COMMIT_OFFSET_SIZE', action: FAIL }],
  [29, { name: 'TOPIC_AUTHORIZATION_FAILED', action: FAIL, code: 'FORBIDDEN', hint: ACL_HINT }],
  [30, { name: 'GROUP_AUTHORIZATION_FAILED', action: FAIL, code: 'FORBIDDEN', hint: ACL_HINT }],
  [31, { name: 'CLUSTER_AUTHORIZATION_FAILED', action: FAIL, code: 'FORBIDDEN', hint: ACL_HINT }],
  [32, { name: 'INVALID_TIMESTAMP', action: FAIL, hint: 'The topic refuses the timestamps of these records: see message.timestamp.before.max.ms and message.timestamp.after.max.ms.' }],
  [33, { name: 'UNSUPPORTED_SASL_MECHANISM', action: FAIL }],
  [34, { name: 'ILLEGAL_SASL_STATE', action: FAIL }],
  [35, { name: 'UNSUPPORTED_VERSION', action: FAIL }],
  [36, { name: 'TOPIC_ALREADY_EXISTS', action: FAIL }],
  [37, { name: 'INVALID_PARTITIONS', action: FAIL }],
  [38, { name: 'INVALID_REPLICATION_FACTOR', action: FAIL, hint: 'The cluster has fewer brokers than the topic shall have replicas.' }],
  [39, { name: 'INVALID_REPLICA_ASSIGNMENT', action: FAIL }],
  [40, { name: 'INVALID_CONFIG', action: FAIL }],
  [41, { name: 'NOT_CONTROLLER', action: REFRESH }],
  [42, { name: 'INVALID_REQUEST', action: FAIL }],
  [43, { name: 'UNSUPPORTED_FOR_MESSAGE_FORMAT', action: FAIL }],
  [44, { name: 'POLICY_VIOLATION', action: FAIL }],
  [45, { name: 'OUT_OF_ORDER_SEQUENCE_NUMBER', action: FAIL }],
  [46, { name: 'DUPLICATE_SEQUENCE_NUMBER', action: FAIL }],
  [47, { name: 'INVALID_PRODUCER_EPOCH', action: FAIL, code: 'FENCED' }],
  [48, { name: 'INVALID_TXN_STATE', action: FAIL }],
  [49, { name: 'INVALID_PRODUCER_ID_MAPPING', action: FAIL, code: 'FENCED' }],
  [50, { name: 'INVALID_TRANSACTION_TIMEOUT', action: FAIL, hint: 'transaction.max.timeout.ms of the brokers is too small.' }],
  [51, { name: 'CONCURRENT_TRANSACTIONS', action: RETRY }],
  [52, { name: 'TRANSACTION_COORDINATOR_FENCED', action: FAIL }],
  [53, { name: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', action: FAIL, code: 'FORBIDDEN', hint: ACL_HINT }],
  [54, { name: 'SECURITY_DISABLED', action: FAIL }],
  [55, { name: 'OPERATION_NOT_ATTEMPTED', action: FAIL }],
  [56, { name: 'KAFKA_STORAGE_ERROR', action: REFRESH }],
  [57, { name: 'LOG_DIR_NOT_FOUND', action: FAIL }],
  [58, { name: 'SASL_AUTHENTICATION_FAILED', action: FAIL, code: 'UNAUTHENTICATED' }],
  [59, { name: 'UNKNOWN_PRODUCER_ID', action: FAIL }],
  [60, { name: 'REASSIGNMENT_IN_PROGRESS', action: FAIL }],
  [67, { name: 'FETCH_SESSION_ID_NOT_FOUND', action: RETRY }],
  [68, { name: 'NON_EMPTY_GROUP', action: FAIL }],
  [69, { name: 'GROUP_ID_NOT_FOUND', action: FAIL }],
  [70, { name: 'FETCH_SESSION_TOPIC_ID_ERROR', action: RETRY }],
  [71, { name: 'INVALID_FETCH_SESSION_EPOCH', action: RETRY }],
  [72, { name: 'LISTENER_NOT_FOUND', action: REFRESH }],
  [73, { name: 'TOPIC_DELETION_DISABLED', action: FAIL }],
  [74, { name: 'FENCED_LEADER_EPOCH', action: REFRESH }],
  [75, { name: 'UNKNOWN_LEADER_EPOCH', action: REFRESH }],
  [76, { name: 'UNSUPPORTED_COMPRESSION_TYPE', action: FAIL }],
  [77, { name: 'STALE_BROKER_EPOCH', action: FAIL }],
  [78, { name: 'OFFSET_NOT_AVAILABLE', action: RETRY }],
  [79, { name: 'MEMBER_ID_REQUIRED', action: FAIL }],
  [80, { name: 'PREFERRED_LEADER_NOT_AVAILABLE', action: REFRESH }],
  [81, { name: 'GROUP_MAX_SIZE_REACHED', action: FAIL }],
  [82, { name: 'FENCED_INSTANCE_ID', action: FAIL }],
  [83, { name: 'ELIGIBLE_LEADERS_NOT_AVAILABLE', action: REFRESH }],
  [87, { name: 'INVALID_RECORD', action: FAIL }],
  [88, { name: 'UNSTABLE_OFFSET_COMMIT', action: RETRY }],
  [89, { name: 'THROTTLING_QUOTA_EXCEEDED', action: RETRY }],
  [90, { name: 'PRODUCER_FENCED', action: FAIL, code: 'FENCED' }],
  [91, { name: 'RESOURCE_NOT_FOUND', action: FAIL }],
  [97, { name: 'SNAPSHOT_NOT_FOUND', action: FAIL }],
  [100, { name: 'UNKNOWN_TOPIC_ID', action: REFRESH, code: 'UNKNOWN_TOPIC' }],
  [103, { name: 'INCONSISTENT_TOPIC_ID', action: REFRESH }],
  [106, { name: 'FETCH_SESSION_TOPIC_ID_ERROR', action: RETRY }],
  [120, { name: 'TRANSACTION_ABORTABLE', action: FAIL }],
]);

/** Codes that callers look at by themselves. */
export const KAFKA = {
  offsetOutOfRange: 1, corruptMessage: 2, unknownTopic: 3, notLeader: 6, messageTooLarge: 10, notCoordinator: 16,
  illegalGeneration: 22, unknownMember: 25, rebalanceInProgress: 27, topicExists: 36, outOfOrderSequence: 45, invalidProducerEpoch: 47, invalidTxnState: 48,
  invalidProducerIdMapping: 49, concurrentTransactions: 51, operationNotAttempted: 55, unknownProducer: 59, groupNotFound: 69, fencedLeaderEpoch: 74, unknownLeaderEpoch: 75,
  memberIdRequired: 79, fencedInstance: 82, unstableOffset: 88, producerFenced: 90, transactionAbortable: 120,
} as const;

export function actionOf(code: number): ErrorAction {
  return TABLE.get(code)?.action ?? 'fail';
}

export function nameOf(code: number): string {
  return TABLE.get(code)?.name ?? `error ${code}`;
}

/** The error of a request that Kafka refused, for people: what was to be done, and the refusal. */
export function kafkaError(code: number, what: string, details: { readonly message?: string | null; readonly outcome?: 'fenced' | 'abortable' | 'unknown' } = {}): BrokerError {
  const known = TABLE.get(code);
  const said = details.message === undefined || details.message === null || details.message === '' ? '' : `: ${details.message}`;
  return new BrokerError(`${what} failed (Kafka says ${nameOf(code)}${said})`, {
    retriable: known !== undefined && known.action !== 'fail',
    ...(known?.code === undefined ? {} : { code: known.code }),
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
    ...(details.outcome === undefined ? {} : { outcome: details.outcome }),
  });
}
