import { KafkaBroker, type KafkaBrokerOptions } from '../../src/broker/index.js';
import { silentLogger, systemClock, systemRandom } from '../../src/env/index.js';

/** A broker as tests want it: short times, nothing logged. */
export function connectKafka(bootstrap: string, options: Partial<KafkaBrokerOptions> = {}): Promise<KafkaBroker> {
  return KafkaBroker.connect({
    bootstrap: bootstrap.split(',').map((address) => ({ host: address.slice(0, address.lastIndexOf(':')), port: Number(address.slice(address.lastIndexOf(':') + 1)) })),
    clientId: 'millrace-test', clock: systemClock(), random: systemRandom(), logger: silentLogger,
    tls: null, sasl: null, requestTimeoutMs: 30_000, deliveryTimeoutMs: 30_000, compression: 'none',
    member: { sessionTimeoutMs: 6000, heartbeatMs: 300, rebalanceTimeoutMs: 10_000 },
    staticMembers: false,
    ...options,
  });
}

/** Empties a broker that tests share. */
export async function emptyKafka(broker: KafkaBroker): Promise<void> {
  for (const { name } of await broker.admin.listTopics()) await broker.admin.deleteTopic(name);
  for (const group of await broker.admin.listGroups()) await broker.admin.deleteGroup(group);
}
