import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Threads cannot be started from sources that vitest compiles in its own way: their program is bundled first.
  define: { __MILLRACE_WORKER__: JSON.stringify(join(import.meta.dirname, '.cache', 'programs', 'worker', 'worker.js')) },
  test: {
    setupFiles: ['test/seed.ts'],
    globalSetup: ['scripts/bundle-worker.mjs'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/kafka/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
