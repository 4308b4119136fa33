import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { applyPatch, parsePatch, type Planted } from './patch.js';

/** Seeds within which a planted bug must be found. */
const SEEDS = 500;

export function readPlanted(root: string): Planted[] {
  const folder = join(root, 'test', 'sim', 'planted');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.diff'))
    .sort()
    .map((file) => parsePatch(file.replace('.diff', ''), readFileSync(join(folder, file), 'utf8')));
}

/** Serves the changed texts in place of the files: the tree itself is never touched. */
function withTexts(root: string, files: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'planted',
    setup: (bundle) => {
      bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        for (const [name, contents] of files) if (path === join(root, name)) return { contents, loader: 'ts' };
        return null;
      });
    },
  };
}

async function bundle(root: string, patch: Planted, files: ReadonlyMap<string, string>): Promise<string> {
  const outdir = join(root, '.cache', 'planted', patch.name);
  mkdirSync(outdir, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'test/sim/main.ts' },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['classic-level', 'esbuild', 'vega-datasets'],
    banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
    plugins: [withTexts(root, files)],
    logLevel: 'warning',
  });
  return join(outdir, 'main.js');
}

/** Plants each bug in a bundle of its own and runs seeds until one finds it. All must be found. */
export async function runPlanted(root: string, only: string | null): Promise<number> {
  let missed = 0;
  for (const patch of readPlanted(root)) {
    if (only !== null && patch.name !== only) continue;
    const applied = applyPatch(patch, (path) => readFileSync(join(root, path), 'utf8'));
    if ('problem' in applied) {
      console.log(applied.problem);
      missed++;
      continue;
    }
    const main = await bundle(root, patch, applied.files);
    const run = spawnSync(process.execPath, [main, '--seeds', String(SEEDS), '--first'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const found = run.stdout.split('\n').find((line) => line.startsWith('seed '));
    if (found === undefined) missed++;
    console.log(found === undefined ? `MISSED ${patch.name}: ${patch.what} ${run.stderr.slice(0, 500)}` : `found ${patch.name}: ${found.replace(/ \{".*?false\}| \{".*?true\}/, '').slice(0, 220)}`);
  }
  console.log(missed === 0 ? 'all planted bugs are found' : `${missed} planted bugs are not found`);
  return missed === 0 ? 0 : 1;
}
