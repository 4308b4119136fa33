/** CPU microseconds per operation of the disk store, Level's own threads included. `npx tsx bench/micro/store.ts [keys]` */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../../src/env/index.js';
import { openDiskStores, type WriteOperation } from '../../src/state/index.js';

const keys = Number(process.argv[2] ?? 300_000);
const PER_BATCH = 1000;
const clock = systemClock();

async function measure(name: string, work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const started = clock.monotonic();
  await work();
  const used = process.cpuUsage(cpu);
  console.log(`${name.padEnd(24)} ${((used.user + used.system) / keys).toFixed(2)} µs CPU each, ${Math.round(keys / (clock.monotonic() - started))} k/s`);
}

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const stores = await openDiskStores({ folder, clock, random: systemRandom(), writeBufferBytes: 16 * 1024 * 1024 });
const store = await stores.open('bench/0', 's');
const key = (i: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(Math.imul(i, 0x9e3779b1) >>> 0, 0);
  bytes.writeUInt32BE(i, 12);
  return bytes;
};
const value = Buffer.alloc(100, 'v');
for (const name of ['put, new keys', 'put, known keys']) {
  await measure(name, async () => {
    for (let from = 0; from < keys; from += PER_BATCH) {
      const batch = Array.from({ length: PER_BATCH }, (_, i): WriteOperation => ({ kind: 'put', key: key(from + i), value }));
      await store.write(batch, from);
    }
  });
}
await measure('get, random keys', async () => {
  for (let i = 0; i < keys; i++) if (store.get(key((i * 7919) % keys)) === null) throw new Error('a key is missing');
  await Promise.resolve();
});
await measure('scan, per entry', async () => {
  for await (const page of store.scan({}, 1000)) if (page.length === 0) break;
});
await stores.close();
rmSync(folder, { recursive: true });
