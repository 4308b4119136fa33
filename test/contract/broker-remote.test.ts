import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { BrokerServer, createMemoryBroker, openEmbeddedBroker, RemoteBroker, type BrokerPort, type FromBroker, type LocalBroker, type ToBroker } from '../../src/broker/index.js';
import { systemRandom } from '../../src/env/index.js';
import { brokerSuite, type BrokerUnderTest } from './broker-suite.js';
import { movableClock } from './manual-clock.js';

function over<Out, In>(port: MessagePort): BrokerPort<Out, In> {
  return {
    postMessage: (message, transfer = []) => port.postMessage(message, [...transfer]),
    onMessage: (handler) => void port.on('message', handler),
    close: () => port.close(),
  };
}

/** Both ends in one thread: what travels is cloned and transferred all the same. */
function remote(local: LocalBroker, advance: (ms: number) => void, clean: () => void): BrokerUnderTest {
  const { port1, port2 } = new MessageChannel();
  const server = new BrokerServer(local, over<FromBroker, ToBroker>(port1));
  const broker = new RemoteBroker(local.kind, over<ToBroker, FromBroker>(port2));
  return {
    broker,
    maintain: () => local.maintain(),
    advance,
    dispose: async () => {
      await broker.close();
      await server.close();
      await local.close();
      clean();
    },
  };
}

brokerSuite('remote memory', () => {
  const { clock, advance } = movableClock();
  return Promise.resolve(remote(createMemoryBroker({ clock, random: systemRandom() }), advance, () => undefined));
});

brokerSuite('remote embedded', async () => {
  const { clock, advance } = movableClock();
  const folder = mkdtempSync(join(tmpdir(), 'remote-broker-'));
  const local = await openEmbeddedBroker({ folder, clock, random: systemRandom(), processId: process.pid, maintenanceIntervalMs: null });
  return remote(local, advance, () => rmSync(folder, { recursive: true }));
});
