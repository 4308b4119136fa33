import { BrokerError } from '../../../errors/index.js';
import type { TopicPartition } from '../../broker.js';
import { kafkaError, KAFKA } from '../protocol/error-codes.js';

const FENCED: ReadonlySet<number> = new Set([KAFKA.invalidProducerEpoch, KAFKA.producerFenced, KAFKA.invalidProducerIdMapping]);
/** The generation moved on without this member: its tasks are somebody else's. */
const NO_LONGER_MEMBER: ReadonlySet<number> = new Set([KAFKA.illegalGeneration, KAFKA.unknownMember, KAFKA.fencedInstance, KAFKA.rebalanceInProgress]);
/** Broker and producer no longer agree on what was written: only a new producer is sure. */
const DISAGREE: ReadonlySet<number> = new Set([KAFKA.outOfOrderSequence, KAFKA.unknownProducer, KAFKA.invalidTxnState]);
const ABORTABLE: ReadonlySet<number> = new Set([KAFKA.unknownTopic, KAFKA.messageTooLarge, 18, 32, 87, KAFKA.transactionAbortable]);

export function outcomeOf(code: number): 'fenced' | 'abortable' | 'unknown' | null {
  if (FENCED.has(code) || NO_LONGER_MEMBER.has(code)) return 'fenced';
  if (DISAGREE.has(code)) return 'unknown';
  return ABORTABLE.has(code) ? 'abortable' : null;
}

export function refusedBatch(code: number, { topic, partition }: TopicPartition, message: string | null): BrokerError {
  return producerError(code, `Writing to topic ${topic} partition ${partition}`, message);
}

export function producerError(code: number, what: string, message: string | null = null): BrokerError {
  const outcome = outcomeOf(code);
  const error = kafkaError(code, what, { message, ...(outcome === null ? {} : { outcome }) });
  if (code !== KAFKA.unknownTopic) return error;
  // Looked up before: it is gone, so waiting does not help.
  return new BrokerError(error.message, { retriable: false, code: 'UNKNOWN_TOPIC', outcome: 'abortable' });
}
