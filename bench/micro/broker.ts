/**
 * CPU microseconds per record of the embedded broker, Level's own threads included: appending in transactions, reading
 * with checks and decoding. `npx tsx bench/micro/broker.ts [records] [valueBytes] [recordsPerCommit]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryBroker, openEmbeddedBroker, type LocalBroker } from '../../src/broker/index.js';
import { systemClock, systemRandom } from '../../src/env/index.js';

const records = Number(process.argv[2] ?? 2_000_000);
const valueBytes = Number(process.argv[3] ?? 150);
const perCommit = Number(process.argv[4] ?? 50_000);
const clock = systemClock();
const random = systemRandom();
const PARTITIONS = 4;

async function append(broker: LocalBroker): Promise<void> {
  await broker.admin.createTopic({ name: 'bench', partitions: PARTITIONS });
  const producer = await broker.openTransactionalProducer({ transactionalId: 'bench', timeoutMs: 60_000 });
  const key = Buffer.alloc(8, 'k');
  const value = Buffer.alloc(valueBytes, 'v');
  for (let done = 0; done < records; done += perCommit) {
    producer.begin();
    const batches = Array.from({ length: PARTITIONS }, (_, p) => producer.batch('bench', p));
    for (let i = 0; i < perCommit; i++) {
      key.writeUInt32BE(done + i, 0);
      batches[i % PARTITIONS]?.append(1_700_000_000_000 + done + i, key, 0, 8, value, 0, valueBytes, null);
    }
    await producer.commit();
  }
  await producer.close();
}

async function read(broker: LocalBroker): Promise<number> {
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'bench' });
  reader.assign(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'bench', partition, offset: 0 })));
  let count = 0;
  for (;;) {
    const slabs = await reader.poll({ maxBytes: 4 * 1024 * 1024, maxWaitMs: 0 });
    if (slabs.length === 0) break;
    for (const slab of slabs) count += slab.count;
  }
  await reader.close();
  return count;
}

async function measure(name: string, work: () => Promise<unknown>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = clock.monotonic();
  await work();
  const used = process.cpuUsage(cpu);
  const perRecord = ((used.user + used.system) / records).toFixed(3);
  const wall = clock.monotonic() - started;
  console.log(`${name.padEnd(28)} ${perRecord} µs/record CPU (system ${(used.system / records).toFixed(3)}), ${Math.round(records / wall)} k records/s`);
}

async function embedded(fsync: boolean, writeBufferBytes: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const options = { folder, clock, random, processId: process.pid, fsync, writeBufferBytes, maintenanceIntervalMs: null };
  const name = `embedded ${fsync ? 'fsync' : 'no fsync'} ${writeBufferBytes / 1024 / 1024} MiB`;
  let broker = await openEmbeddedBroker(options);
  await measure(`${name} append`, () => append(broker));
  await measure(`${name} read`, () => read(broker));
  await broker.close();
  await measure(`${name} open`, async () => {
    broker = await openEmbeddedBroker(options);
  });
  await measure(`${name} read again`, () => read(broker));
  await broker.close();
  rmSync(folder, { recursive: true });
}

const memory = createMemoryBroker({ clock, random });
await measure('memory append', () => append(memory));
await measure('memory read', () => read(memory));
for (const mebibytes of [4, 16, 64]) await embedded(true, mebibytes * 1024 * 1024);
await embedded(false, 16 * 1024 * 1024);
