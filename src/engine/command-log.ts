import type { Broker, LogReader, PlainProducer } from '../broker/index.js';
import { encodeCommand, type Command } from './command.js';

export interface CommandRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly bytes: Buffer;
}

const PROGRESS_TIMEOUT_MS = 60_000;

export function commandTopic(serviceId: string): string {
  return `_confluent-ksql-${serviceId}_command_topic`;
}

/**
 * The ordered log of accepted requests: one partition, never expired. Writing is compare-and-append: a writer that did not
 * see the newest record is told so and checks its request again.
 */
export class CommandLog {
  private constructor(
    readonly topic: string,
    private readonly broker: Broker,
    private readonly reader: LogReader,
    private readonly producer: PlainProducer,
    /** Where the log has been read to. */
    public position: number,
  ) {}

  static async open(broker: Broker, serviceId: string, replicas: number): Promise<CommandLog> {
    const topic = commandTopic(serviceId);
    await broker.admin.createTopic({
      name: topic,
      partitions: 1,
      ...(broker.kind === 'kafka' ? { replicas } : {}),
      configs: { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
    });
    const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'command' });
    const [earliest = 0] = await broker.admin.listOffsets([{ topic, partition: 0 }], 'earliest', 'read_committed');
    reader.assign([{ topic, partition: 0, offset: earliest }]);
    return new CommandLog(topic, broker, reader, await broker.openProducer(), earliest);
  }

  /** One past the last record, an unsettled one of another writer included. */
  async end(): Promise<number> {
    const [end = 0] = await this.broker.admin.listOffsets([{ topic: this.topic, partition: 0 }], 'latest', 'read_uncommitted');
    return end;
  }

  /** Commands below this offset have been carried out to their end: topics, schemas, stopped queries. */
  async carriedOutTo(): Promise<number> {
    const [known] = await this.broker.fetchCommitted(this.group, [{ topic: this.topic, partition: 0 }]);
    return known?.offset ?? 0;
  }

  /** Remembers that every command below `offset` has been carried out. What is not remembered is done again, which does no harm. */
  async markCarriedOut(offset: number): Promise<void> {
    // A producer of its own each time: after a commit of unknown outcome none may be used again.
    const producer = await this.broker.openTransactionalProducer({ transactionalId: this.group, timeoutMs: PROGRESS_TIMEOUT_MS });
    try {
      producer.begin();
      await producer.sendOffsets([{ topic: this.topic, partition: 0, offset, metadata: '' }], { groupId: this.group, generation: -1, memberId: '', instanceId: null });
      await producer.commit();
    } finally {
      await producer.close();
    }
  }

  private get group(): string {
    return `${this.topic}-effects`;
  }

  /** False when another command was written since `command.checkedAt`. */
  async append(command: Command, key: string, timestamp: number): Promise<boolean> {
    const record = { topic: this.topic, partition: 0, key: Buffer.from(JSON.stringify(key)), value: encodeCommand(command), timestamp };
    return (await this.producer.sendIfEnd(record, command.checkedAt)) !== null;
  }

  /** Records in order; waits up to `maxWaitMs` for one. `nextOffset` is where the log has been read to. */
  async poll(maxWaitMs: number): Promise<{ readonly records: readonly CommandRecord[]; readonly nextOffset: number | null }> {
    const records: CommandRecord[] = [];
    let nextOffset: number | null = null;
    for (const slab of await this.reader.poll({ maxBytes: 1 << 22, maxWaitMs })) {
      nextOffset = slab.nextOffset;
      this.position = nextOffset;
      for (let index = 0, buffer = 0; index < slab.count; index += 1) {
        while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
        const position = slab.valuePositions[index] ?? 0;
        const length = slab.valueLengths[index] ?? -1;
        if (length < 0) continue;
        const bytes = Buffer.from((slab.buffers[buffer] ?? Buffer.alloc(0)).subarray(position, position + length));
        records.push({ offset: slab.offsets[index] ?? 0, timestamp: slab.timestamps[index] ?? 0, bytes });
      }
    }
    return { records, nextOffset };
  }

  /** Breaks a waiting `poll`. */
  wakeup(): void {
    this.reader.wakeup();
  }

  async close(): Promise<void> {
    this.reader.wakeup();
    await this.reader.close();
    await this.producer.close();
  }
}
