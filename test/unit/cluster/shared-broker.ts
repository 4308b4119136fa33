import { createMemoryBroker, type Broker, type GroupMember, type GroupMetadata, type GroupOptions, type LocalBroker, type MemberInfo, type TopicPartition, type TransactionalProducer } from '../../../src/broker/index.js';
import type { Clock, Random } from '../../../src/env/index.js';
import { BrokerError } from '../../../src/errors/index.js';

/** One log for several engines of one process, with real groups: eager, with an awaited barrier, generations and fencing. */
export class SharedBroker {
  readonly log: LocalBroker;
  readonly groups = new Map<string, Group>();

  constructor(clock: Clock, random: Random) {
    this.log = createMemoryBroker({ clock, random });
  }

  connect(): Connection {
    return new Connection(this);
  }

  group(id: string): Group {
    const group = this.groups.get(id) ?? new Group((topics) => this.counts(topics));
    this.groups.set(id, group);
    return group;
  }

  private async counts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const topic of topics) {
      const description = await this.log.admin.describeTopic(topic);
      if (description !== null) counts.set(topic, description.partitions);
    }
    return counts;
  }
}

/** What one engine has of it. After `cut` nothing gets through, as when the process is gone. */
export class Connection implements Broker {
  readonly kind = 'kafka';
  readonly singleMember = false;
  readonly admin: Broker['admin'];
  private isCut = false;
  private readonly members = new Set<Member>();
  private readonly readers = new Set<ReturnType<Broker['openReader']>>();

  constructor(private readonly shared: SharedBroker) {
    const { admin } = shared.log;
    this.admin = {
      createTopic: async (topic) => this.through(() => admin.createTopic(topic)),
      deleteTopic: async (name) => this.through(() => admin.deleteTopic(name)),
      describeTopic: async (name) => this.through(() => admin.describeTopic(name)),
      listTopics: async () => this.through(() => admin.listTopics()),
      listOffsets: async (partitions, at, isolation) => this.through(() => admin.listOffsets(partitions, at, isolation)),
      deleteRecords: async (below) => this.through(() => admin.deleteRecords(below)),
      listGroups: async () => this.through(() => admin.listGroups()),
      deleteGroup: async (groupId) => {
        await this.through(() => shared.group(groupId).whenEmpty());
        await this.through(() => admin.deleteGroup(groupId));
      },
      clusterId: async () => this.through(() => admin.clusterId()),
    };
  }

  /** The process is gone: its members are noticed missing, what it had open is never committed. */
  async cut(): Promise<void> {
    this.isCut = true;
    for (const reader of this.readers) reader.wakeup();
    for (const member of this.members) await member.group.expire(member);
  }

  /** Seems gone to the cluster, and learns of it only when somebody else has its share; comes back afterwards. */
  async fallSilent(): Promise<void> {
    await Promise.all([...this.members].map((member) => member.group.evict(member)));
  }

  private through<T>(action: () => T): T {
    if (this.isCut) throw new BrokerError('The process is gone', { retriable: false });
    return action();
  }

  openReader(options: Parameters<Broker['openReader']>[0]): ReturnType<Broker['openReader']> {
    const reader = this.shared.log.openReader(options);
    this.readers.add(reader);
    return {
      assign: (positions) => this.through(() => reader.assign(positions)),
      unassign: (partitions) => this.through(() => reader.unassign(partitions)),
      pause: (partitions) => this.through(() => reader.pause(partitions)),
      resume: (partitions) => this.through(() => reader.resume(partitions)),
      poll: async (limits) => {
        const slabs = await this.through(() => reader.poll(limits));
        return this.through(() => slabs);
      },
      wakeup: () => reader.wakeup(),
      close: () => reader.close(),
    };
  }

  openGroup(options: GroupOptions): GroupMember {
    const member = new Member(this.shared.group(options.groupId), options, () => this.isCut);
    this.members.add(member);
    return member;
  }

  async fetchCommitted(groupId: string, partitions: readonly TopicPartition[]): ReturnType<Broker['fetchCommitted']> {
    return this.through(() => this.shared.log.fetchCommitted(groupId, partitions));
  }

  async openTransactionalProducer(options: Parameters<Broker['openTransactionalProducer']>[0]): Promise<TransactionalProducer> {
    const producer = await this.through(() => this.shared.log.openTransactionalProducer(options));
    let sent: GroupMetadata[] = [];
    return {
      begin: () => this.through(() => producer.begin()),
      batch: (topic, partition) => this.through(() => producer.batch(topic, partition)),
      flush: async () => this.through(() => producer.flush()),
      sendOffsets: async (offsets, group) => {
        sent.push(group);
        await this.through(() => producer.sendOffsets(offsets, group));
      },
      commit: async () => {
        const groups = sent;
        sent = [];
        for (const group of groups) this.through(() => this.shared.group(group.groupId).check(group));
        return this.through(() => producer.commit());
      },
      abort: async () => {
        sent = [];
        await this.through(() => producer.abort());
      },
      close: () => producer.close(),
    };
  }

  async openProducer(): ReturnType<Broker['openProducer']> {
    const producer = await this.through(() => this.shared.log.openProducer());
    return {
      send: async (records) => this.through(() => producer.send(records)),
      sendIfEnd: async (record, expectedEnd) => this.through(() => producer.sendIfEnd(record, expectedEnd)),
      close: () => producer.close(),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class Member implements GroupMember {
  memberId = '';
  generation = -1;
  partitions: readonly TopicPartition[] | null = null;

  constructor(
    readonly group: Group,
    readonly options: GroupOptions,
    readonly isGone: () => boolean,
  ) {}

  async join(): Promise<void> {
    if (this.isGone()) throw new BrokerError('The process is gone', { retriable: false });
    await this.group.join(this);
  }

  async leave(): Promise<void> {
    if (!this.isGone()) await this.group.leave(this);
  }

  metadata(): GroupMetadata {
    return { groupId: this.options.groupId, generation: this.generation, memberId: this.memberId, instanceId: this.options.instanceId };
  }
}

/** The coordinator of one group. Changes come one after the other. */
class Group {
  generation = 0;
  private number = 0;
  private members: Member[] = [];
  private turn: Promise<void> = Promise.resolve();
  private emptyWaiters: (() => void)[] = [];

  constructor(private readonly counts: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>) {}

  /** How many partition indexes each member has, the largest share first. */
  get shares(): number[] {
    return this.members.map(({ partitions }) => new Set((partitions ?? []).map(({ partition }) => partition)).size).sort((a, b) => b - a);
  }

  join(member: Member): Promise<void> {
    return this.change(async () => {
      member.memberId = `member-${String(++this.number).padStart(4, '0')}`;
      await this.rebalance([...this.members.filter((other) => other !== member), member]);
    });
  }

  leave(member: Member): Promise<void> {
    return this.change(async () => {
      if (!this.members.includes(member)) return;
      await revoke(member, 'revoked');
      await this.rebalance(this.members.filter((other) => other !== member));
    });
  }

  /** The session timeout of a process that is gone. Its transactions can no longer be committed from this moment on. */
  expire(member: Member): Promise<void> {
    return this.change(async () => {
      if (!this.members.includes(member)) return;
      await this.rebalance(this.members.filter((other) => other !== member));
    });
  }

  evict(member: Member): Promise<void> {
    return this.change(async () => {
      if (!this.members.includes(member)) return;
      const held = member.partitions;
      member.partitions = null;
      await this.rebalance(this.members.filter((other) => other !== member));
      member.partitions = held;
      await revoke(member, 'lost');
      await this.rebalance([...this.members, member]);
    });
  }

  /** Throws what a broker answers to offsets of a member that is not of this generation. */
  check({ generation, memberId }: GroupMetadata): void {
    if (generation < 0 && memberId === '') return;
    if (generation === this.generation && this.members.some((member) => member.memberId === memberId)) return;
    throw new BrokerError('The member is not of this generation', { retriable: false, outcome: 'fenced' });
  }

  whenEmpty(): Promise<void> {
    return this.members.length === 0 ? Promise.resolve() : new Promise((resolve) => this.emptyWaiters.push(resolve));
  }

  private change(action: () => Promise<void>): Promise<void> {
    const done = this.turn.then(action);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async rebalance(next: readonly Member[]): Promise<void> {
    await Promise.all(next.map((member) => revoke(member, 'revoked')));
    this.members = next.filter((member) => !member.isGone());
    this.generation++;
    if (this.members.length === 0) for (const resolve of this.emptyWaiters.splice(0)) resolve();
    const infos = this.members.map((member): MemberInfo => ({ memberId: member.memberId, ...member.options.subscription() }));
    const topics = new Set(infos.flatMap((info) => info.topics));
    const [leader] = this.members;
    if (leader === undefined) return;
    const shares = leader.options.assign(infos, await this.counts([...topics]));
    for (const member of this.members) {
      const share = shares.get(member.memberId) ?? { partitions: [], userData: new Uint8Array(0) };
      member.generation = this.generation;
      member.partitions = share.partitions;
      await member.options.onAssigned({ generation: this.generation, memberId: member.memberId, ...share });
    }
  }
}

async function revoke(member: Member, kind: 'revoked' | 'lost'): Promise<void> {
  const { partitions } = member;
  member.partitions = null;
  if (partitions !== null && !member.isGone()) await member.options.onRevoked(partitions, kind);
}
