import { defineConfig } from 'vitest/config';

/** What needs a real Kafka; run by scripts/test-kafka.mjs. One file at a time: they share a broker. */
export default defineConfig({
  test: {
    include: ['test/kafka/**/*.test.ts'],
    globalSetup: ['test/kafka/global-setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
