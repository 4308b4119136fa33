/** Child of `broker-crash.test.ts`: commits in a loop and says each commit that was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { openEmbeddedBroker } from '../../src/broker/index.js';
import { systemClock, systemRandom } from '../../src/env/index.js';

const folder = process.argv[2] ?? '';
const bulkBytes = Number(process.argv[3]);
const broker = await openEmbeddedBroker({
  folder, clock: systemClock(), random: systemRandom(), processId: process.pid, writeBufferBytes: 256 * 1024, maintenanceIntervalMs: 20, bulkBytes,
});
await broker.admin.createTopic({ name: 'a', partitions: 1 });
await broker.admin.createTopic({ name: 'b', partitions: 1, configs: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' } });
const [start = 0] = await broker.admin.listOffsets([{ topic: 'a', partition: 0 }], 'latest', 'read_committed');
const tx = await broker.openTransactionalProducer({ transactionalId: 'tx', timeoutMs: 1000 });
const filler = Buffer.alloc(2000, 'f');
for (let n = start; ; n++) {
  tx.begin();
  const value = Buffer.from(String(n));
  tx.batch('a', 0).append(n, value, 0, value.length, filler, 0, filler.length, null);
  tx.batch('b', 0).append(n, value, 0, 1, value, 0, value.length, null);
  await tx.sendOffsets([{ topic: 'in', partition: 0, offset: n + 1, metadata: '' }], { groupId: 'g', generation: 1, memberId: 'm', instanceId: null });
  await tx.commit();
  writeSync(1, `${n}\n`);
}
