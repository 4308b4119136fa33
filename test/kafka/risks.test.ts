import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { GroupMetadata, KafkaBroker } from '../../src/broker/index.js';
import { KafkaCluster } from '../../src/broker/kafka/cluster/kafka-cluster.js';
import { Transaction } from '../../src/broker/kafka/produce/transaction.js';
import { KafkajsTransport } from '../../src/broker/kafka/wire/kafkajs-transport.js';
import type { Endpoint, WireRequest, WireTransport } from '../../src/broker/kafka/wire/wire-transport.js';
import { silentLogger, systemClock, systemRandom } from '../../src/env/index.js';
import { add, commitValues, readAll } from '../contract/broker-suite.js';
import { connectKafka, emptyKafka } from './connect.js';
import { readLines } from './records.js';
import { TcpProxy } from './tcp-proxy.js';

const bootstrap = inject('kafka');
const NOBODY: GroupMetadata = { groupId: 'g', generation: -1, memberId: '', instanceId: null };
const PRODUCE = 0;
const END_TXN = 26;
let broker: KafkaBroker;

beforeAll(async () => {
  broker = await connectKafka(bootstrap);
});
beforeEach(() => emptyKafka(broker));
afterAll(() => broker.close());

const values = async (topic: string): Promise<(string | null)[]> => (await readAll(broker, topic)).records.map(({ value }) => value);

/** A cluster seen through a network that tests cut. */
async function throughProxy(): Promise<{ proxy: TcpProxy; broker: KafkaBroker; close: () => Promise<void> }> {
  const proxy = await TcpProxy.open(bootstrap);
  // The broker tells its own address, so the proxy stands in for it on the way out.
  const target = { host: '127.0.0.1', port: Number(bootstrap.split(':')[1]) };
  const redirect = (endpoint: Endpoint): Endpoint => (endpoint.port === target.port ? { host: '127.0.0.1', port: proxy.port } : endpoint);
  const direct = new KafkajsTransport({ clientId: 't', clock: systemClock(), logger: silentLogger, tls: null, sasl: null, requestTimeoutMs: 30_000 });
  const transport: WireTransport = {
    request: (endpoint: Endpoint, lane: string, request: WireRequest) => direct.request(redirect(endpoint), lane, request),
    versions: (endpoint, lane) => direct.versions(redirect(endpoint), lane),
    throttle: (endpoint, lane, ms) => direct.throttle(redirect(endpoint), lane, ms),
    closeLane: (lane) => direct.closeLane(lane),
    close: () => direct.close(),
  };
  const through = await connectKafka(bootstrap, { transport });
  return {
    proxy,
    broker: through,
    close: async () => {
      await through.close();
      await proxy.close();
    },
  };
}

describe('offsets in transactions', () => {
  test('a stale generation, an unknown member and a foreign instance are refused as fenced', async () => {
    await broker.admin.createTopic({ name: 'a', partitions: 1 });
    const member = broker.openGroup({
      groupId: 'g', instanceId: 'one',
      subscription: () => ({ topics: ['a'], userData: new Uint8Array(0), owned: [] }),
      assign: (members) => new Map(members.map(({ memberId }) => [memberId, { partitions: [{ topic: 'a', partition: 0 }], userData: new Uint8Array(0) }])),
      onAssigned: () => Promise.resolve(),
      onRevoked: () => Promise.resolve(),
    });
    await member.join();
    const good = member.metadata();
    const commit = async (group: GroupMetadata): Promise<void> => {
      const producer = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 30_000 });
      producer.begin();
      await producer.sendOffsets([{ topic: 'a', partition: 0, offset: 5, metadata: '' }], group);
      await producer.commit();
    };
    for (const bad of [{ ...good, generation: good.generation - 1 }, { ...good, generation: good.generation + 1 }, { ...good, memberId: 'nobody', instanceId: null }, { ...good, memberId: 'other' }]) {
      await expect(commit(bad)).rejects.toMatchObject({ outcome: 'fenced' });
    }
    expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 0 }])).toEqual([null]);
    await commit(good);
    expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 0 }])).toMatchObject([{ offset: 5 }]);
    await member.leave();
  });

  test('offsets of an unfinished transaction are waited for', async () => {
    await broker.admin.createTopic({ name: 'a', partitions: 1 });
    const transport = new KafkajsTransport({ clientId: 't', clock: systemClock(), logger: silentLogger, tls: null, sasl: null, requestTimeoutMs: 30_000 });
    const cluster = new KafkaCluster({ transport, bootstrap: [{ host: '127.0.0.1', port: Number(bootstrap.split(':')[1]) }], clock: systemClock(), random: systemRandom(), logger: silentLogger, requestTimeoutMs: 30_000, deliveryTimeoutMs: 30_000 });
    await cluster.connect();
    // The first flow on any cluster: both must hold.
    for (const secondFlow of [false, (await cluster.transactionVersion()) >= 2]) {
      const transaction = new Transaction({ cluster, transactionalId: 'tx', timeoutMs: 30_000, secondFlow });
      await transaction.open();
      await transaction.commitOffsets(NOBODY, [{ topic: 'a', partition: 0, offset: secondFlow ? 9 : 7, metadata: 'm' }]);
      let isThere = false;
      const fetched = broker.fetchCommitted('g', [{ topic: 'a', partition: 0 }]).finally(() => {
        isThere = true;
      });
      await systemClock().sleep(100);
      expect(isThere).toBe(false);
      await transaction.end(true);
      expect(await fetched).toEqual([{ offset: secondFlow ? 9 : 7, metadata: 'm' }]);
    }
    await cluster.close();
  });
});

describe('lost answers', () => {
  test('a produce whose answer is lost is there once', async () => {
    const { proxy, broker: through, close } = await throughProxy();
    await broker.admin.createTopic({ name: 'a', partitions: 2 });
    const producer = await through.openProducer();
    let cuts = 0;
    proxy.cutsAnswer = (api) => api === PRODUCE && ++cuts % 3 === 1;
    const sends = Array.from({ length: 40 }, (_, i) => producer.send([{ topic: 'a', partition: i % 2, key: null, value: Buffer.from(String(i)), timestamp: i }]));
    const offsets = (await Promise.all(sends)).map(([offset]) => offset);
    expect(cuts).toBeGreaterThan(20);
    for (const partition of [0, 1]) {
      const { records } = await readAll(broker, 'a', partition);
      expect(records.map(({ value }) => Number(value))).toEqual(Array.from({ length: 20 }, (_, i) => i * 2 + partition));
      expect(records.map(({ offset }) => offset)).toEqual(offsets.filter((_, i) => i % 2 === partition));
    }
    await close();
  });

  test.each([PRODUCE, 22, 24, 25, 28, END_TXN])('transactions stay whole while answers of request %i are lost', async (lost) => {
    const { proxy, broker: through, close } = await throughProxy();
    await broker.admin.createTopic({ name: 'a', partitions: 1 });
    const producer = await through.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 30_000 });
    let seen = 0;
    proxy.cutsAnswer = (api) => api === lost && ++seen % 2 === 1;
    for (let round = 0; round < 10; round++) {
      producer.begin();
      add(producer.batch('a', 0), null, `${round}/0`);
      await producer.flush();
      add(producer.batch('a', 0), null, `${round}/1`);
      await producer.sendOffsets([{ topic: 'a', partition: 0, offset: round, metadata: '' }], NOBODY);
      if (round % 4 === 3) await producer.abort();
      else await producer.commit();
    }
    const kept = Array.from({ length: 10 }, (_, round) => round).filter((round) => round % 4 !== 3);
    expect(await values('a')).toEqual(kept.flatMap((round) => [`${round}/0`, `${round}/1`]));
    expect(await broker.fetchCommitted('g', [{ topic: 'a', partition: 0 }])).toMatchObject([{ offset: 9 }]);
    await close();
  });

  test('who cannot learn what became of a commit says so, and another producer goes on', async () => {
    const { proxy, broker: through, close } = await throughProxy();
    await broker.admin.createTopic({ name: 'a', partitions: 1 });
    const impatient = await connectKafka(bootstrap, { transport: through.transport, deliveryTimeoutMs: 500 });
    const producer = await impatient.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 30_000 });
    await commitValues(producer, 'a', ['before']);
    proxy.cutsAnswer = (api) => api === END_TXN;
    producer.begin();
    add(producer.batch('a', 0), null, 'unsure');
    await expect(producer.commit()).rejects.toMatchObject({ outcome: 'unknown' });
    producer.begin();
    await expect(producer.commit()).rejects.toMatchObject({ outcome: 'unknown' });
    proxy.cutsAnswer = () => false;
    const next = await through.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 30_000 });
    await commitValues(next, 'a', ['after']);
    expect(await values('a')).toEqual(['before', 'unsure', 'after']);
    await close();
  });

  test('a conditional append whose answer is lost is found again, and never doubled', async () => {
    const { proxy, broker: through, close } = await throughProxy();
    await broker.admin.createTopic({ name: 'a', partitions: 1 });
    const impatient = await connectKafka(bootstrap, { transport: through.transport, deliveryTimeoutMs: 300 });
    const producer = await impatient.openProducer();
    let cuts = 0;
    proxy.cutsAnswer = (api) => api === END_TXN && ++cuts <= 40 && cuts % 14 !== 0;
    let end = 0;
    for (let i = 0; i < 5; i++) {
      const offset = await producer.sendIfEnd({ topic: 'a', partition: 0, key: null, value: Buffer.from(String(i)), timestamp: 0 }, end);
      expect(offset).not.toBeNull();
      end = (offset ?? 0) + 1;
    }
    expect(cuts).toBeGreaterThan(5);
    expect(await values('a')).toEqual(['0', '1', '2', '3', '4']);
    await close();
  });
});

test('conditional appends of several servers make one order, and every writer is told the truth', async () => {
  await broker.admin.createTopic({ name: 'a', partitions: 1 });
  const servers = await Promise.all([0, 1, 2].map(() => connectKafka(bootstrap)));
  const written: string[][] = await Promise.all(
    servers.map(async (server, number) => {
      const producer = await server.openProducer();
      const mine: string[] = [];
      for (let i = 0; i < 15; i++) {
        for (;;) {
          const { next } = await readAll(server, 'a');
          const value = `${number}/${i}`;
          if ((await producer.sendIfEnd({ topic: 'a', partition: 0, key: null, value: Buffer.from(value), timestamp: 0 }, next)) === null) continue;
          mine.push(value);
          break;
        }
      }
      return mine;
    }),
  );
  const all = await values('a');
  expect([...all].sort()).toEqual(written.flat().sort());
  for (const [number, mine] of written.entries()) expect(all.filter((value) => value?.startsWith(`${number}/`) === true)).toEqual(mine);
  await Promise.all(servers.map((server) => server.close()));
});

test('a cut network costs time, not records', async () => {
  const { proxy, broker: through, close } = await throughProxy();
  await broker.admin.createTopic({ name: 'a', partitions: 1 });
  const producer = await through.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 30_000 });
  const cutter = setInterval(() => proxy.cutAll(), 150);
  for (let round = 0; round < 60; round++) await commitValues(producer, 'a', [`${round}`]);
  const lines = await readLines(through, 'a');
  clearInterval(cutter);
  expect(lines).toHaveLength(60);
  expect(await values('a')).toEqual(Array.from({ length: 60 }, (_, round) => `${round}`));
  await close();
});
