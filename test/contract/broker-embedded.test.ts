import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedBroker } from '../../src/broker/index.js';
import { systemRandom } from '../../src/env/index.js';
import { brokerSuite } from './broker-suite.js';
import { movableClock } from './manual-clock.js';

// Once as it comes, once with every batch in segment files.
for (const [name, bulk] of [['embedded', {}], ['embedded, all in segments', { bulkBytes: 0 }]] as const) brokerSuite(name, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const { clock, advance } = movableClock();
  const broker = await openEmbeddedBroker({ folder, clock, random: systemRandom(), processId: process.pid, maintenanceIntervalMs: null, writeBufferBytes: 1 << 20, ...bulk });
  return {
    broker,
    advance,
    maintain: () => broker.maintain(),
    dispose: async () => {
      await broker.close();
      rmSync(folder, { recursive: true });
    },
  };
});
