// Makes dist/: the command (millrace.js), the library (index.js), the task-thread entry, declarations and licence notices.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync, existsSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, must, root } from './ensure.mjs';

ensureInstalled();
const { build } = await import('esbuild');
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const candidates = { millrace: 'cli/millrace.ts', index: 'src/index.ts', worker: 'src/worker/worker.ts' };
const entryPoints = Object.fromEntries(Object.entries(candidates).filter(([, file]) => existsSync(join(root, file))));

const result = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  sourcemap: false,
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'none',
  external: [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})],
  define: { __MILLRACE_VERSION__: JSON.stringify(manifest.version) },
  banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
  logLevel: 'warning',
});

// The light client stands alone and runs in browsers: nothing of Node, no pieces shared with the rest.
await build({
  absWorkingDir: root,
  entryPoints: { client: 'src/client/index.ts' },
  outdir: dist,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
});

// Notices of every bundled package, as their licences ask.
const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
  if (match) packages.add(input.slice(0, match.index + match[0].length - 1));
}
const notices = [...packages].sort().map((folder) => {
  const meta = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT.txt'].map((name) => join(root, folder, name)).find(existsSync);
  return `${meta.name} ${meta.version} (${meta.license ?? 'see below'})\n\n${file ? readFileSync(file, 'utf8') : ''}`;
});
writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices.join('\n----------------------------------------\n\n'));

must(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json']);
if (existsSync(join(dist, 'millrace.js'))) {
  const text = readFileSync(join(dist, 'millrace.js'), 'utf8');
  writeFileSync(join(dist, 'millrace.js'), text.startsWith('#!') ? text : `#!/usr/bin/env node\n${text}`);
  chmodSync(join(dist, 'millrace.js'), 0o755);
}
if (existsSync(join(root, 'src', 'server', 'assets'))) cpSync(join(root, 'src', 'server', 'assets'), join(dist, 'assets'), { recursive: true });
