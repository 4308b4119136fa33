import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import type { Assignment, GroupMember, GroupOptions, KafkaBroker, TopicPartition } from '../../src/broker/index.js';
import { systemClock } from '../../src/env/index.js';
import { assignPartitions } from '../../src/runtime/task/assignor.js';
import { connectKafka, emptyKafka } from './connect.js';

let brokers: KafkaBroker[];
const connect = async (options: Parameters<typeof connectKafka>[1] = {}): Promise<KafkaBroker> => {
  const broker = await connectKafka(inject('kafka'), options);
  brokers.push(broker);
  return broker;
};

beforeEach(async () => {
  brokers = [];
  const broker = await connect();
  await emptyKafka(broker);
  await broker.admin.createTopic({ name: 'a', partitions: 4 });
});
afterEach(async () => {
  await Promise.all(brokers.map((broker) => broker.close()));
});

interface Watched {
  readonly member: GroupMember;
  readonly log: string[];
  owned: readonly TopicPartition[];
  last: Assignment | null;
}

function watch(broker: KafkaBroker, instanceId: string | null, given: Partial<GroupOptions> = {}): Watched {
  const watched: { -readonly [K in keyof Watched]: Watched[K] } = { log: [], owned: [], last: null, member: undefined as never };
  watched.member = broker.openGroup({
    groupId: 'g', instanceId,
    subscription: () => ({ topics: ['a'], userData: Buffer.from(`of ${instanceId ?? '?'}`), owned: watched.owned }),
    assign: assignPartitions,
    onAssigned: (assignment) => {
      watched.owned = assignment.partitions;
      watched.last = assignment;
      watched.log.push(`assigned ${assignment.partitions.map(({ partition }) => partition).join(',')}`);
      return Promise.resolve();
    },
    onRevoked: async (partitions, kind) => {
      await given.onRevoked?.(partitions, kind);
      watched.owned = [];
      watched.log.push(kind);
    },
    ...(given.assign === undefined ? {} : { assign: given.assign }),
  });
  return watched;
}

const shares = (watched: readonly Watched[]): string => watched.map(({ owned }) => owned.length).join('+');
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 40_000, interval: 50 });

test('members share partitions, hand them over behind a barrier, and take them back', async () => {
  const one = watch(await connect(), null, { onRevoked: () => systemClock().sleep(400) });
  await one.member.join();
  expect(shares([one])).toBe('4');
  const two = watch(await connect(), null);
  const joining = two.member.join();
  await joining;
  // Nothing was handed to the second before the first had given it back.
  expect(one.log.slice(0, 2)).toEqual(['assigned 0,1,2,3', 'revoked']);
  await until(() => expect(shares([one, two])).toBe('2+2'));
  expect(new Set([...one.owned, ...two.owned].map(({ partition }) => partition)).size).toBe(4);
  expect(one.member.metadata().generation).toBe(two.member.metadata().generation);
  await two.member.leave();
  await until(() => expect(shares([one, two])).toBe('4+0'));
  await one.member.leave();
  expect(one.log.at(-1)).toBe('revoked');
});

test('user data reaches the leader and comes back', async () => {
  const seen: string[] = [];
  const assign: GroupOptions['assign'] = (members, counts) => {
    for (const { userData } of members) seen.push(Buffer.from(userData).toString());
    return new Map([...assignPartitions(members, counts)].map(([id, share]) => [id, { ...share, userData: Buffer.from(`for ${members.length}`) }]));
  };
  const one = watch(await connect(), 'x', { assign });
  await one.member.join();
  const two = watch(await connect(), 'y', { assign });
  await two.member.join();
  await until(() => expect(Buffer.from(two.last?.userData ?? []).toString()).toBe('for 2'));
  expect(new Set(seen)).toEqual(new Set(['of x', 'of y']));
});

test('an instance that restarts is the same member at once, leader or not; the other notices nothing', async () => {
  const first = await connect({ staticMembers: true });
  const one = watch(first, 'x');
  await one.member.join();
  const two = watch(await connect(), 'y');
  await two.member.join();
  await until(() => expect(shares([one, two])).toBe('2+2'));
  const before = two.log.length;
  const share = one.owned;
  // Gone without a word, as when its process is killed.
  await first.close();
  const started = performance.now();
  const again = watch(await connect({ staticMembers: true }), 'x');
  await again.member.join();
  await until(() => expect(shares([again, two])).toBe('2+2'));
  expect(performance.now() - started).toBeLessThan(5000);
  // A leader that comes back asks once more, so that somebody assigns; a follower is not noticed at all.
  expect(two.log.length - before).toBeLessThanOrEqual(2);
  expect([...again.owned, ...two.owned]).toHaveLength(4);
  expect(share).toHaveLength(2);
});

test('a thread that was busy for longer than the session loses its share, knows it, and comes back', async () => {
  const broker = await connect({ member: { sessionTimeoutMs: 2000, heartbeatMs: 300, rebalanceTimeoutMs: 3000 } });
  const one = watch(broker, null);
  await one.member.join();
  const stale = one.member.metadata();
  const end = performance.now() + 5000;
  while (performance.now() < end);
  await until(() => expect(one.log).toEqual(['assigned 0,1,2,3', 'lost', 'assigned 0,1,2,3']));
  const producer = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 10_000 });
  producer.begin();
  await producer.sendOffsets([{ topic: 'a', partition: 0, offset: 1, metadata: '' }], stale);
  await expect(producer.commit()).rejects.toMatchObject({ outcome: 'fenced' });
});

test('a short block, or a revocation longer than the session, costs nothing', async () => {
  const member = { sessionTimeoutMs: 2000, heartbeatMs: 300, rebalanceTimeoutMs: 10_000 };
  const one = watch(await connect({ member }), null, { onRevoked: () => systemClock().sleep(4000) });
  await one.member.join();
  const end = performance.now() + 1200;
  while (performance.now() < end);
  await systemClock().sleep(500);
  expect(one.log).toEqual(['assigned 0,1,2,3']);
  const two = watch(await connect({ member }), null);
  await two.member.join();
  await until(() => expect(shares([one, two])).toBe('2+2'));
  expect(one.log.slice(0, 2)).toEqual(['assigned 0,1,2,3', 'revoked']);
});

test('members of another kind keep their group to themselves', async () => {
  const broker = await connect();
  const one = watch(broker, null);
  await one.member.join();
  await expect(broker.admin.deleteGroup('g')).rejects.toThrow(/still has members/);
  await one.member.leave();
  await broker.admin.deleteGroup('g');
  expect(await broker.admin.listGroups()).toEqual([]);
});
