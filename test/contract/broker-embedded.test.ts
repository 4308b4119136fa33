import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedBroker } from '../../src/broker/index.js';
import { systemRandom } from '../../src/env/index.js';
import { brokerSuite } from './broker-suite.js';
import { movableClock } from './manual-clock.js';

brokerSuite('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const { clock, advance } = movableClock();
  const broker = await openEmbeddedBroker({ folder, clock, random: systemRandom(), processId: process.pid, maintenanceIntervalMs: null, writeBufferBytes: 1 << 20 });
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
