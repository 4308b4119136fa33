import type { Clock, Logger, Random } from '../../env/index.js';
import { BrokerError } from '../../errors/index.js';
import type {
  Broker, BrokerAdmin, CommittedOffset, GroupMember, GroupOptions, LogReader, PlainProducer, ReaderOptions, TopicPartition, TransactionalProducer,
} from '../broker.js';
import { LocalAdmin } from './log-admin.js';
import type { LogCore } from './log-core.js';
import { soleMember } from './local-group-member.js';
import { LocalLogReader } from './log-reader.js';
import { LogState } from './log-state.js';
import type { LogStorage } from './log-storage.js';
import { maintainLog } from './maintenance.js';
import { LocalPlainProducer } from './plain-producer.js';
import { SlabLoader } from './slab-loader.js';
import { LocalTransactionalProducer } from './transactional-producer.js';
import { WriteQueue } from './write-queue.js';

export interface LogBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Decoded slabs kept for readers that follow each other. */
  readonly cacheBytes?: number;
  /** Stored bytes above which appends are refused with DISK_FULL; reading goes on. */
  readonly diskLimitBytes?: number | null;
}

/** A broker in this process: it owns every partition, and needs upkeep. */
export interface LocalBroker extends Broker {
  /** One round of upkeep in short slices: retention, compaction, leftovers of deleted topics. Concurrent calls share a round. */
  maintain(): Promise<void>;
  /** Why appends are refused for want of room; null while they are taken. Reading goes on. */
  full(): string | null;
}

const CACHE_BYTES = 16 * 1024 * 1024;

/** The whole contract over a `LogStorage`: memory and embedded differ in nothing else. */
export class LogBroker implements LocalBroker {
  readonly kind: 'memory' | 'embedded';
  readonly singleMember = true;
  readonly admin: BrokerAdmin;
  private readonly readers = new Set<LogReader>();
  private maintaining: Promise<void> | null = null;
  private closing: Promise<void> | null = null;

  private constructor(private readonly core: LogCore) {
    this.kind = core.storage.kind;
    this.admin = new LocalAdmin(core);
  }

  static async open(storage: LogStorage, options: LogBrokerOptions): Promise<LogBroker> {
    const state = LogState.from(await storage.load());
    const isNew = state.clusterId === '';
    const broker = LogBroker.over(storage, state, options);
    if (isNew) {
      const { clusterId, nextTopicNumber } = state;
      await broker.core.queue.submit((stage) => stage.put({ kind: 'cluster', id: clusterId, nextTopicNumber }));
    }
    return broker;
  }

  /** Over a state that is known already: a storage that starts empty needs no waiting. */
  static over(storage: LogStorage, state: LogState, options: LogBrokerOptions): LogBroker {
    const { clock, random, logger } = options;
    if (state.clusterId === '') state.clusterId = Buffer.from(random.bytes(16)).toString('base64url');
    return new LogBroker({
      storage, state, clock, random, logger,
      queue: new WriteQueue(storage, state, clock),
      loader: new SlabLoader(storage, options.cacheBytes ?? CACHE_BYTES),
      diskLimitBytes: options.diskLimitBytes ?? null,
    });
  }

  openReader(_options: ReaderOptions): LogReader {
    this.checkOpen();
    const reader = new LocalLogReader(this.core.state, this.core.loader, this.core.clock, (closed) => this.readers.delete(closed));
    this.readers.add(reader);
    return reader;
  }

  openGroup(options: GroupOptions): GroupMember {
    const { topics } = this.core.state;
    return soleMember(options, (wanted) => new Map(wanted.flatMap((name) => {
      const found = topics.get(name);
      return found === undefined ? [] : [[name, found.logs.length] as const];
    })));
  }

  fetchCommitted(groupId: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
    return Promise.resolve(partitions.map((partition) => this.core.state.offset(groupId, partition)));
  }

  async openTransactionalProducer(options: { readonly transactionalId: string; readonly timeoutMs: number }): Promise<TransactionalProducer> {
    this.checkOpen();
    const { state, queue } = this.core;
    const { transactionalId } = options;
    // Through the queue: what the older producer has submitted is committed, what it submits from now on is fenced.
    const epoch = await queue.submit((stage) => {
      const next = (state.epochs.get(transactionalId) ?? -1) + 1;
      state.epochs.set(transactionalId, next);
      stage.put({ kind: 'epoch', transactionalId, epoch: next });
      return next;
    });
    return new LocalTransactionalProducer(this.core, transactionalId, epoch);
  }

  openProducer(): Promise<PlainProducer> {
    this.checkOpen();
    return Promise.resolve(new LocalPlainProducer(this.core));
  }

  maintain(): Promise<void> {
    this.maintaining ??= maintainLog(this.core, () => this.closing !== null).finally(() => {
      this.maintaining = null;
    });
    return this.maintaining;
  }

  full(): string | null {
    return this.core.state.full;
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    for (const reader of Array.from(this.readers)) await reader.close();
    await this.maintaining?.catch(() => undefined); // Reported to whoever asked for the round.
    await this.core.queue.close();
    await this.core.storage.close();
  }

  private checkOpen(): void {
    if (this.closing !== null) throw new BrokerError('The broker is closed', { retriable: false, code: 'SHUTTING_DOWN' });
  }
}
