import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrokerServer, createMemoryBroker, RemoteBroker, type Broker, type BrokerPort, type FromBroker, type LocalBroker, type Slab, type ToBroker } from '../../../src/broker/index.js';
import { systemClock, systemRandom } from '../../../src/env/index.js';
import { add, commitValues, openReader, readAll, recordsOf } from '../../contract/broker-suite.js';

function over<Out, In>(port: MessagePort): BrokerPort<Out, In> {
  return { postMessage: (message, transfer = []) => port.postMessage(message, [...transfer]), onMessage: (handler) => void port.on('message', handler), close: () => port.close() };
}

let local: LocalBroker;
let server: BrokerServer;
let remote: RemoteBroker;
beforeEach(() => {
  local = createMemoryBroker({ clock: systemClock(), random: systemRandom() });
  [server, remote] = connect(local);
});
afterEach(async () => {
  await server.close();
  await local.close();
});

function connect(broker: Broker): [BrokerServer, RemoteBroker] {
  const { port1, port2 } = new MessageChannel();
  return [new BrokerServer(broker, over<FromBroker, ToBroker>(port1)), new RemoteBroker('memory', over<ToBroker, FromBroker>(port2))];
}
const producerOf = (broker: Broker, transactionalId = 'tx') => broker.openTransactionalProducer({ transactionalId, timeoutMs: 60_000 });
const values = (slabs: readonly Slab[]): (string | null)[] => slabs.flatMap((slab) => recordsOf(slab).map((record) => record.value));

test('records that were under way when a partition was assigned anew come once, from the new position', async () => {
  await local.admin.createTopic({ name: 'a', partitions: 1 });
  await commitValues(await producerOf(local), 'a', ['0', '1', '2', '3']);
  const reader = openReader(remote);
  reader.assign([{ topic: 'a', partition: 0, offset: 0 }]);
  const underWay = reader.poll({ maxBytes: 1000, maxWaitMs: 0 });
  reader.assign([{ topic: 'a', partition: 0, offset: 2 }]);
  const found = values(await underWay);
  while (found.length < 2) found.push(...values(await reader.poll({ maxBytes: 1000, maxWaitMs: 0 })));
  expect(found).toEqual(['2', '3']);
  expect(await reader.poll({ maxBytes: 1000, maxWaitMs: 0 })).toEqual([]);
});

test('slabs that readers here share stay whole when they are sent to another thread', async () => {
  await local.admin.createTopic({ name: 'a', partitions: 1 });
  await commitValues(await producerOf(local), 'a', ['x', 'y'], 'k');
  for (const broker of [remote, local, remote, local]) {
    expect((await readAll(broker, 'a')).records).toEqual([{ offset: 0, timestamp: 0, key: 'k', value: 'x' }, { offset: 1, timestamp: 0, key: 'k', value: 'y' }]);
    expect((await readAll(broker, 'a', 0, 1)).records).toEqual([{ offset: 1, timestamp: 0, key: 'k', value: 'y' }]);
  }
});

test('records over the limit of a topic that is younger than the producer are refused at the commit, and the next one goes', async () => {
  const tx = await producerOf(remote);
  await local.admin.createTopic({ name: 'a', partitions: 1, configs: { 'max.message.bytes': '1000' } });
  tx.begin();
  add(tx.batch('a', 0), 'k', 'x'.repeat(1001));
  await expect(tx.commit()).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE', outcome: 'abortable' });
  await tx.abort();
  await commitValues(tx, 'a', ['fits'], 'k');
  expect((await readAll(local, 'a')).records.map((record) => record.value)).toEqual(['fits']);
});

test('a broker that cannot adopt batches gets their records one by one, headers and all', async () => {
  await local.admin.createTopic({ name: 'a', partitions: 1 });
  const plain: Broker = {
    kind: 'memory', admin: local.admin, singleMember: true,
    openReader: (options) => local.openReader(options), openGroup: (options) => local.openGroup(options), openProducer: () => local.openProducer(),
    fetchCommitted: (groupId, partitions) => local.fetchCommitted(groupId, partitions), close: () => local.close(),
    openTransactionalProducer: async (options) => {
      const tx = await local.openTransactionalProducer(options);
      return {
        begin: () => tx.begin(), batch: (topic, partition) => tx.batch(topic, partition), flush: () => tx.flush(),
        sendOffsets: (offsets, group) => tx.sendOffsets(offsets, group), commit: () => tx.commit(), abort: () => tx.abort(), close: () => tx.close(),
      };
    },
  };
  const [otherServer, other] = connect(plain);
  const tx = await producerOf(other);
  tx.begin();
  const value = Buffer.from('value');
  const headers = [{ key: 'h', value: Buffer.from('1') }, { key: 'n', value: null }];
  for (const timestamp of [5, 2 ** 40, -7]) tx.batch('a', 0).append(timestamp, null, 0, -1, value, 1, 3, headers);
  await tx.commit();
  const { records, slabs } = await readAll(local, 'a');
  expect(records).toEqual([5, 2 ** 40, -7].map((timestamp, offset) => ({ offset, timestamp, key: null, value: 'alu' })));
  expect(slabs[0]?.headers(2)).toEqual(headers);
  await otherServer.close();
});

test('when the other thread is gone, its transaction is aborted, its readers closed, and a new thread takes over', async () => {
  await local.admin.createTopic({ name: 'a', partitions: 1 });
  const tx = await producerOf(remote);
  await commitValues(tx, 'a', ['kept']);
  tx.begin();
  add(tx.batch('a', 0), null, 'lost');
  await tx.flush();
  const reader = openReader(remote);
  reader.assign([{ topic: 'a', partition: 0, offset: 1 }]);
  void reader.poll({ maxBytes: 1, maxWaitMs: Infinity });
  await server.close();
  const [nextServer, next] = connect(local);
  await commitValues(await producerOf(next), 'a', ['after']);
  expect((await readAll(local, 'a')).records.map((record) => record.value)).toEqual(['kept', 'after']);
  await nextServer.close();
});
