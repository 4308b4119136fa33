import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { expect, test } from 'vitest';
import { openEmbeddedBroker } from '../../../src/broker/index.js';
import { Journal } from '../../../src/broker/embedded/journal.js';
import { systemClock, systemRandom } from '../../../src/env/index.js';

const WINDOW = 1 << 24;

/** Looks at the journal on disk when the database is about to remove batches: what a kill at that moment would leave. */
test('the journal forgets batches before the database removes them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const broker = await openEmbeddedBroker({ folder, clock: systemClock(), random: systemRandom(), processId: process.pid, maintenanceIntervalMs: null });
  const topic = { topic: 't', partition: 0 };
  await broker.admin.createTopic({ name: 't', partitions: 1 });
  const producer = await broker.openProducer();
  for (let n = 0; n < 20; n += 1) await producer.send([{ ...topic, key: null, value: Buffer.from(String(n)), timestamp: n }]);
  const expected = (): ReadonlyMap<string, number> => Journal.read(folder, WINDOW)?.batches ?? new Map<string, number>();
  expect(expected().size).toBeGreaterThanOrEqual(20);
  const stillExpected: string[] = [];
  let removed = 0;
  const watch = (operations: unknown): void => {
    for (const each of Array.isArray(operations) ? operations : []) {
      const operation: unknown = each;
      if (typeof operation !== 'object' || operation === null || !('type' in operation) || operation.type !== 'del' || !('key' in operation)) continue;
      removed += 1;
      const key = Buffer.from(operation.key instanceof Uint8Array ? operation.key : []).toString('latin1');
      if (expected().has(key)) stillExpected.push(key);
    }
  };
  const original: unknown = Reflect.get(ClassicLevel.prototype, 'batch');
  Reflect.set(ClassicLevel.prototype, 'batch', function watched(this: unknown, ...given: unknown[]): unknown {
    watch(given[0]);
    const result: unknown = typeof original === 'function' ? Reflect.apply(original, this, given) : undefined;
    return result;
  });
  await broker.admin.deleteRecords([{ ...topic, offset: 15 }]);
  await broker.maintain();
  Reflect.deleteProperty(ClassicLevel.prototype, 'batch');
  expect(removed).toBeGreaterThanOrEqual(10);
  expect(stillExpected).toEqual([]);
  await producer.close();
  await broker.close();
  rmSync(folder, { recursive: true });
});
