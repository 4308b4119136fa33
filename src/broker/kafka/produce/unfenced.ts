import { BrokerError } from '../../../errors/index.js';
import type { GroupMetadata, OffsetCommit } from '../../broker.js';
import { asBrokerError, type KafkaCluster } from '../cluster/kafka-cluster.js';
import { OFFSET_COMMIT } from '../protocol/group-apis.js';
import { INIT_PRODUCER_ID, type ProducerIdentity } from '../protocol/transaction-apis.js';
import { kafkaError } from '../protocol/error-codes.js';
import { producerError } from './producer-errors.js';
import type { Settlement } from './transaction.js';

/**
 * At least once: no transaction and no transactional id. Appends are seen at once; positions are committed when all of them are
 * acknowledged, so what a crash or an abort leaves behind is written again, and nothing is left out. Who is no longer a member of its
 * group may append, but not commit.
 */
export class Unfenced implements Settlement {
  private identity: ProducerIdentity = { producerId: -1, epoch: -1 };
  private pending: { readonly group: GroupMetadata; readonly offsets: readonly OffsetCommit[] }[] = [];
  private isSpoilt = false;

  constructor(private readonly cluster: KafkaCluster) {}

  current = (): ProducerIdentity => this.identity;

  get isOpenThere(): boolean {
    return this.pending.length > 0;
  }

  async open(): Promise<void> {
    this.identity = await this.cluster.retrying('Opening a producer', async () => {
      const answer = await this.cluster.callAny(INIT_PRODUCER_ID, { transactionalId: null, timeoutMs: 0, producerId: -1, epoch: -1 });
      if (answer.error !== 0) throw kafkaError(answer.error, 'Opening a producer');
      return { producerId: answer.producerId, epoch: answer.epoch };
    });
    this.isSpoilt = false;
  }

  async renewIfNeeded(): Promise<boolean> {
    if (!this.isSpoilt) return false;
    await this.open();
    return true;
  }

  spoil(): void {
    this.isSpoilt = true;
  }

  register(): Promise<void> {
    return Promise.resolve();
  }

  commitOffsets(group: GroupMetadata, offsets: readonly OffsetCommit[]): Promise<void> {
    this.pending.push({ group, offsets });
    return Promise.resolve();
  }

  async end(commit: boolean): Promise<boolean> {
    const { pending } = this;
    this.pending = [];
    if (commit) for (const { group, offsets } of pending) await this.commitNow(group, offsets);
    return false;
  }

  private async commitNow(group: GroupMetadata, offsets: readonly OffsetCommit[]): Promise<void> {
    try {
      await this.cluster.retrying('Committing offsets', async () => {
        const answer = await this.cluster.callCoordinator({ kind: 'group', key: group.groupId }, OFFSET_COMMIT, { group, offsets }, {
          lane: 'produce', errorOf: ({ partitions }) => partitions.find(({ error }) => error !== 0)?.error ?? 0,
        });
        const failed = answer.partitions.find(({ error }) => error !== 0);
        if (failed !== undefined) throw producerError(failed.error, `Committing offsets of ${failed.topic}`);
      });
    } catch (error) {
      const known = asBrokerError(error, 'Committing offsets');
      if (known instanceof BrokerError && known.outcome === null && known.code !== 'SHUTTING_DOWN') {
        throw new BrokerError(known.message, { retriable: true, outcome: 'unknown', code: known.code, cause: error });
      }
      throw known;
    }
  }
}
