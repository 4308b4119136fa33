// `node scripts/run.mjs NAME ARGS…`: bundles a TypeScript program of the repository next to the product and runs it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

const programs = {
  conformance: 'src/testing/conformance/main.ts',
  sim: 'test/sim/main.ts',
  crash: 'test/crash/main.ts',
  bench: 'bench/main.ts',
  'bench:kafka': 'bench/kafka/main.ts',
  demo: 'examples/demo/main.ts',
  docs: 'scripts/docs/main.ts',
};
const [name, ...args] = process.argv.slice(2);
const entry = programs[name];
if (entry === undefined || !existsSync(join(root, entry))) {
  console.error(`Unknown program ${name}. Known: ${Object.keys(programs).join(', ')}`);
  process.exit(2);
}
ensureInstalled();
const { build } = await import('esbuild');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const outdir = join(root, '.cache', 'programs', name.replace(':', '-'));
mkdirSync(outdir, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: { main: entry, ...(existsSync(join(root, 'src/worker/worker.ts')) ? { worker: 'src/worker/worker.ts' } : {}) },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  external: [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {}), 'vega-datasets', 'esbuild', 'vitest'],
  define: { __MILLRACE_VERSION__: JSON.stringify(manifest.version) },
  banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
});
const flags = (process.env.NODE_FLAGS ?? '').split(' ').filter(Boolean);
const child = spawn(process.execPath, ['--enable-source-maps', ...flags, join(outdir, 'main.js'), ...args], { stdio: 'inherit', env: { ...process.env, MILLRACE_ROOT: root } });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code ?? 1));
