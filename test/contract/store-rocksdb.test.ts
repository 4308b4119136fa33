import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../../src/env/index.js';
import { openDiskStores } from '../../src/state/index.js';
import { storeSuite } from './store-suite.js';

storeSuite('rocksdb', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  const stores = await openDiskStores({ folder, engine: 'rocksdb', clock: systemClock(), random: systemRandom() });
  return {
    stores,
    dispose: async () => {
      await stores.close();
      rmSync(folder, { recursive: true });
    },
  };
});
