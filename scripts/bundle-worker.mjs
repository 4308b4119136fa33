// Before the tests: bundles the program of worker threads, which are started by Node.js itself.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './ensure.mjs';

export async function setup() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outdir = join(root, '.cache', 'programs', 'worker');
  mkdirSync(outdir, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { worker: 'src/worker/worker.ts' },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {}), 'esbuild'],
    define: { __MILLRACE_VERSION__: JSON.stringify(manifest.version) },
    banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
}
