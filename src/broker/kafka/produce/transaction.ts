import { assert, BrokerError } from '../../../errors/index.js';
import type { GroupMetadata, OffsetCommit, TopicPartition } from '../../broker.js';
import { asBrokerError, type BackOff, type KafkaCluster } from '../cluster/kafka-cluster.js';
import { KAFKA, kafkaError } from '../protocol/error-codes.js';
import type { Api, Throttled } from '../protocol/api.js';
import { ADD_OFFSETS, ADD_PARTITIONS, END_TXN, INIT_PRODUCER_ID, TXN_OFFSET_COMMIT, type ProducerIdentity } from '../protocol/transaction-apis.js';
import { outcomeOf, producerError } from './producer-errors.js';

/** Completing the transaction before takes the coordinator a few milliseconds. */
const BACK_OFF: BackOff = { firstMs: 2, maxMs: 20 };
const LANE = 'produce';
const NOBODY: ProducerIdentity = { producerId: -1, epoch: -1 };
/** Versions of the second flow, in which producing and committing offsets register by themselves. */
const SECOND_FLOW = { txnOffsetCommit: 5, endTxn: 5 } as const;
const FIRST_FLOW = { txnOffsetCommit: 4, endTxn: 3 } as const;

/** How appends and offsets of one commit become one: its identity to brokers, and what ends it. */
export interface Settlement {
  readonly current: () => ProducerIdentity;
  /** Something must be ended. */
  readonly isOpenThere: boolean;
  /** True when sequences begin anew. */
  renewIfNeeded(): Promise<boolean>;
  /** What was sent may still arrive: its identity may not be used for more. */
  spoil(): void;
  register(partitions: readonly TopicPartition[]): Promise<void>;
  commitOffsets(group: GroupMetadata, offsets: readonly OffsetCommit[]): Promise<void>;
  /** Called when all appends are acknowledged, or given up. True when sequences begin anew. */
  end(commit: boolean): Promise<boolean>;
}

export interface TransactionOptions {
  readonly cluster: KafkaCluster;
  readonly transactionalId: string;
  readonly timeoutMs: number;
  /** Whether the cluster has finalized transactions version 2. */
  readonly secondFlow: boolean;
}

/**
 * The coordinator's side of a transactional producer: its identity, what is registered with the open transaction, its end. In the
 * first flow partitions and groups are registered before they are written to, and the epoch stays; in the second (KIP-890) every
 * end hands over the next epoch, so nothing of an old transaction can reach a later one.
 */
export class Transaction implements Settlement {
  private identity: ProducerIdentity = NOBODY;
  private readonly partitions = new Set<string>();
  private hasOffsets = false;
  /** Something of the old epoch may still be on its way: a new epoch is needed before the next transaction. */
  private needsEpoch = false;

  constructor(private readonly options: TransactionOptions) {}

  current = (): ProducerIdentity => this.identity;

  /** The broker holds something of the open transaction. */
  get isOpenThere(): boolean {
    return this.partitions.size > 0 || this.hasOffsets;
  }

  /** Takes the transactional id over from whoever had it, and ends what that one had open. */
  async open(): Promise<void> {
    await this.init(NOBODY);
  }

  /** True when sequences begin anew. Fails when another has taken over. */
  async renewIfNeeded(): Promise<boolean> {
    if (!this.needsEpoch) return false;
    await this.init(this.identity);
    return true;
  }

  /** From now on the epoch may not be used for another transaction. */
  spoil(): void {
    this.needsEpoch = true;
  }

  async register(partitions: readonly TopicPartition[]): Promise<void> {
    const fresh = partitions.filter((each) => !this.partitions.has(keyOf(each)));
    if (fresh.length === 0) return;
    if (!this.options.secondFlow) {
      const { transactionalId } = this.options;
      await this.ask('Adding partitions to the transaction', ADD_PARTITIONS, { transactionalId, ...this.identity, partitions: fresh }, (answer) => {
        const errors = answer.partitions.map(({ error }) => error);
        return errors.find((error) => error !== 0 && error !== KAFKA.operationNotAttempted) ?? errors.find((error) => error !== 0) ?? 0;
      });
    }
    for (const each of fresh) this.partitions.add(keyOf(each));
  }

  async commitOffsets(group: GroupMetadata, offsets: readonly OffsetCommit[]): Promise<void> {
    const { cluster, transactionalId, secondFlow } = this.options;
    this.hasOffsets = true;
    const identity = { transactionalId, ...this.identity };
    if (!secondFlow) await this.ask('Adding offsets to the transaction', ADD_OFFSETS, { ...identity, groupId: group.groupId }, ({ error }) => error);
    const maxVersion = (secondFlow ? SECOND_FLOW : FIRST_FLOW).txnOffsetCommit;
    await cluster.retrying(
      'Committing offsets',
      async () => {
        const answer = await cluster.callCoordinator({ kind: 'group', key: group.groupId }, TXN_OFFSET_COMMIT, { ...identity, group, offsets }, {
          lane: LANE, maxVersion, errorOf: ({ partitions }) => partitions.find(({ error }) => error !== 0)?.error ?? 0,
        });
        const failed = answer.partitions.find(({ error }) => error !== 0);
        // A topic created a moment ago may not be known everywhere yet.
        if (failed !== undefined) throw failed.error === KAFKA.unknownTopic ? kafkaError(failed.error, `Committing offsets of ${failed.topic}`) : producerError(failed.error, `Committing offsets of ${failed.topic}`);
      },
      { backOff: BACK_OFF },
    );
  }

  /**
   * Ends the transaction. When the answer is lost the question is repeated, which in the second flow is safe by the epoch; in the
   * first flow a late copy of the question could end a later transaction, so the epoch is renewed before there is one. When nobody
   * answers in time the outcome is unknown.
   */
  async end(commit: boolean): Promise<boolean> {
    assert(this.isOpenThere, 'a transaction without content is not ended');
    const { cluster, transactionalId, secondFlow } = this.options;
    const { identity } = this;
    let answered: { readonly next: ProducerIdentity | null };
    try {
      answered = await cluster.retrying(
        'Ending the transaction',
        async () => {
          const answer = await cluster
            .callCoordinator({ kind: 'transaction', key: transactionalId }, END_TXN, { transactionalId, ...identity, commit }, {
              lane: LANE, maxVersion: (secondFlow ? SECOND_FLOW : FIRST_FLOW).endTxn, errorOf: ({ error }) => error,
            })
            .catch((error: unknown) => {
              this.needsEpoch = !secondFlow;
              throw error;
            });
          if (answer.error !== 0) throw producerError(answer.error, 'Ending the transaction');
          return answer;
        },
        { backOff: BACK_OFF },
      );
    } catch (error) {
      const known = asBrokerError(error, 'Ending the transaction');
      if (known instanceof BrokerError && known.outcome === null && known.code !== 'SHUTTING_DOWN') {
        throw new BrokerError(known.message, { retriable: true, outcome: 'unknown', code: known.code, cause: error });
      }
      throw known;
    }
    this.partitions.clear();
    this.hasOffsets = false;
    const { next } = answered;
    if (next !== null) this.identity = next;
    return next !== null;
  }

  private async init(own: ProducerIdentity): Promise<void> {
    const { transactionalId, timeoutMs } = this.options;
    const answer = await this.ask('Opening a transactional producer', INIT_PRODUCER_ID, { transactionalId, timeoutMs, ...own }, ({ error }) => error);
    this.identity = { producerId: answer.producerId, epoch: answer.epoch };
    this.needsEpoch = false;
    this.partitions.clear();
    this.hasOffsets = false;
  }

  private async ask<Request, Answer extends Throttled>(what: string, api: Api<Request, Answer>, request: Request, errorOf: (answer: Answer) => number): Promise<Answer> {
    const { cluster, transactionalId } = this.options;
    return cluster.retrying(
      what,
      async () => {
        const answer = await cluster.callCoordinator({ kind: 'transaction', key: transactionalId }, api, request, { lane: LANE, errorOf });
        const error = errorOf(answer);
        if (error !== 0) throw outcomeOf(error) === null ? kafkaError(error, what) : producerError(error, what);
        return answer;
      },
      { backOff: BACK_OFF },
    );
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition}/${topic}`;
}
