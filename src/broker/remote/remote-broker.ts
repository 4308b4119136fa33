import type {
  Broker, BrokerAdmin, CommittedOffset, GroupMember, GroupOptions, LogReader, PlainProducer, ReaderOptions, TopicPartition, TransactionalProducer,
} from '../broker.js';
import { soleMember } from '../log/local-group-member.js';
import type { BrokerPort } from './broker-port.js';
import { BrokerLink, closedError, named } from './broker-link.js';
import type { FromBroker, ToBroker } from './messages.js';
import { RemotePlainProducer, RemoteTransactionalProducer } from './remote-producers.js';
import { RemoteReader } from './remote-reader.js';

/** The broker of another thread of this process. Closing it ends this thread's use of it only. */
export class RemoteBroker implements Broker {
  readonly admin: BrokerAdmin;
  readonly singleMember = true;
  private readonly link: BrokerLink;
  private readonly readers = new Set<RemoteReader>();

  constructor(readonly kind: Broker['kind'], port: BrokerPort<ToBroker, FromBroker>) {
    this.link = new BrokerLink(port);
    this.admin = remoteAdmin(this.link);
  }

  openReader(options: ReaderOptions): LogReader {
    if (this.link.isClosed) throw closedError();
    const reader = new RemoteReader(this.link, options, (closed) => this.readers.delete(closed));
    this.readers.add(reader);
    return reader;
  }

  /** One process owns every partition, so membership needs nobody else. */
  openGroup(options: GroupOptions): GroupMember {
    return soleMember(options, async (topics) => {
      const found = await Promise.all(topics.map((topic) => this.admin.describeTopic(topic)));
      return new Map(found.flatMap((topic) => (topic === null ? [] : [[topic.name, topic.partitions] as const])));
    });
  }

  fetchCommitted(groupId: string, partitions: readonly TopicPartition[]): Promise<readonly (CommittedOffset | null)[]> {
    return this.link.call('fetchCommitted', [groupId, named(partitions)]);
  }

  async openTransactionalProducer(options: { readonly transactionalId: string; readonly timeoutMs: number }): Promise<TransactionalProducer> {
    const producer = this.link.number();
    const limits = await this.link.call('openTransactionalProducer', [producer, options]);
    return new RemoteTransactionalProducer(this.link, producer, new Map(limits));
  }

  async openProducer(): Promise<PlainProducer> {
    const producer = this.link.number();
    await this.link.call('openProducer', [producer]);
    return new RemotePlainProducer(this.link, producer);
  }

  async close(): Promise<void> {
    this.link.isClosed = true;
    await Promise.all([...this.readers].map((reader) => reader.close()));
  }
}

function remoteAdmin(link: BrokerLink): BrokerAdmin {
  return {
    createTopic: (topic) => link.call('createTopic', [topic]),
    deleteTopic: (name) => link.call('deleteTopic', [name]),
    describeTopic: (name) => link.call('describeTopic', [name]),
    listTopics: () => link.call('listTopics', []),
    listOffsets: (partitions, at, isolation) => link.call('listOffsets', [named(partitions), at, isolation]),
    deleteRecords: (below) => link.call('deleteRecords', [below.map(({ topic, partition, offset }) => ({ topic, partition, offset }))]),
    listGroups: () => link.call('listGroups', []),
    deleteGroup: (groupId) => link.call('deleteGroup', [groupId]),
    clusterId: () => link.call('clusterId', []),
  };
}
