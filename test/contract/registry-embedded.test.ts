import { EmbeddedRegistry } from '../../src/registry/index.js';
import { MemoryLog } from '../unit/registry/memory-log.js';
import { registrySuite } from './registry-suite.js';

registrySuite('embedded', async () => {
  const registry = await EmbeddedRegistry.open(new MemoryLog());
  return { registry, dispose: () => registry.close() };
});
