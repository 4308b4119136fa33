import { createMemoryStores } from '../../src/state/index.js';
import { storeSuite } from './store-suite.js';

storeSuite('memory', () => {
  const stores = createMemoryStores();
  return Promise.resolve({ stores, dispose: () => stores.close() });
});
