import { systemClock } from '../../src/env/index.js';
import { RegistryClient } from '../../src/registry/index.js';
import { RegistryServer } from '../unit/registry/registry-server.js';
import { registrySuite } from './registry-suite.js';

registrySuite('client of a served one', async () => {
  const server = await RegistryServer.open();
  const registry = new RegistryClient({ urls: [server.url], authorization: null, tls: {}, timeoutMs: 10_000, retries: 0, backoffMs: 1, maxBackoffMs: 1, latestCacheMs: 1000, clock: systemClock() });
  return {
    registry,
    dispose: async () => {
      await registry.close();
      await server.close();
    },
  };
});
