import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { ROOT } from '../tidy/tree.js';
import { runTopology } from './run-topology.js';
import { TOPOLOGIES } from './topologies.js';

const outfile = join(ROOT, '.cache', 'crash-test', 'main.js');

beforeAll(async () => {
  await build({
    absWorkingDir: ROOT, entryPoints: ['test/crash/main.ts'], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20',
    external: ['classic-level'], logLevel: 'warning',
    banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
  });
});

test.concurrent.each(TOPOLOGIES.map((shape) => [shape.name, shape] as const))('three kills change nothing: %s', async (_name, shape) => {
  expect((await runTopology(shape, { program: outfile, kills: 3, seed: 7 })).failure).toBeNull();
}, 240_000);
