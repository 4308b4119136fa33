import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../tidy/tree.js';

// The tarball as a user gets it: packed, installed without install scripts into an empty folder, run and imported.

const folder = mkdtempSync(join(tmpdir(), 'millrace-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sh(command: string, args: readonly string[], cwd = folder): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 110_000 });
}
const node = (...args: readonly string[]): SpawnSyncReturns<string> => sh(process.execPath, args);
const command = join(folder, 'node_modules', 'millrace', 'dist', 'millrace.js');

let installed = false;
beforeAll(() => {
  const built = sh(process.execPath, ['-e', "import('./scripts/ensure.mjs').then((ensure) => ensure.ensureBuilt())"], ROOT);
  expect(built.stderr).not.toMatch(/error/i);
  const packed = sh('npm', ['pack', '--pack-destination', folder, '--ignore-scripts', '--silent'], ROOT);
  expect(packed.status).toBe(0);
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "private": true}');
  installed = sh('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', join(folder, packed.stdout.trim())]).status === 0;
  if (!installed) console.warn('SKIPPED: neither a registry nor a cache gives the native packages here, so the tarball is not installed');
}, 240_000);

test('the tarball holds what a user needs, and nothing of the workshop', () => {
  const listed = sh('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], ROOT);
  const [pack] = JSON.parse(listed.stdout) as readonly { readonly files: readonly { readonly path: string }[]; readonly unpackedSize: number }[];
  const files = pack?.files.map((file) => file.path) ?? [];
  for (const wanted of ['dist/millrace.js', 'dist/index.js', 'dist/types/src/index.d.ts', 'dist/THIRD-PARTY-NOTICES.txt', 'README.md', 'COMPAT.md', 'CHANGELOG.md', 'LICENSE', 'package.json']) {
    expect(files).toContain(wanted);
  }
  expect(files.filter((path) => /^(src|cli|test|bench|scripts|examples)\//.test(path))).toEqual([]);
  expect(pack?.unpackedSize ?? 0).toBeLessThan(25 * 1024 * 1024);
});

test('only native packages are dependencies', () => {
  // The file is this repository's own.
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
  for (const name of Object.keys(manifest.dependencies)) expect(existsSync(join(ROOT, 'node_modules', name, 'prebuilds'))).toBe(true);
});

test('the command answers with its version at once', (context) => {
  if (!installed) return context.skip();
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  expect(node(command, '--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
  const best = (...args: readonly string[]): number => Math.min(...Array.from({ length: 7 }, () => {
    const started = performance.now();
    node(...args);
    return performance.now() - started;
  }));
  expect(best(command, '--version') / best('-e', '0')).toBeLessThan(3);
});

test('the command runs statements', (context) => {
  if (!installed) return context.skip();
  expect(node(command, '-e', 'SHOW STREAMS;', '--output', 'csv')).toMatchObject({ status: 0, stdout: 'Stream,Topic,Key format,Value format,Windowed\n' });
});

test('the library is imported, and works', (context) => {
  if (!installed) return context.skip();
  writeFileSync(join(folder, 'use.mjs'), `
    import { open } from 'millrace';
    const db = await open({ memory: true });
    await db.execute("CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);");
    await db.insert('S', [{ V: 1 }, { V: 2 }]);
    for await (const row of await db.query('SELECT v FROM s;')) console.log(row.V);
    await db.close();`);
  expect(node('use.mjs')).toMatchObject({ status: 0, stdout: '1\n2\n' });
});

test('the light client is imported by its own name, and loads nothing native', (context) => {
  if (!installed) return context.skip();
  writeFileSync(join(folder, 'client.mjs'), "import { connect } from 'millrace/client';\nawait connect({ url: 'http://127.0.0.1:9' }).catch((error) => console.log(error.message));\nconsole.log(process.getActiveResourcesInfo().length);\n");
  expect(node('client.mjs').stdout).toContain('No server answers at http://127.0.0.1:9');
  expect(readFileSync(join(ROOT, 'dist', 'client.js'), 'utf8')).not.toMatch(/node:|classic-level/);
});

test('its types are found and strict', (context) => {
  if (!installed) return context.skip();
  writeFileSync(join(folder, 'use.ts'), "import { open, type Database } from 'millrace';\nconst db: Database = await open({ memory: true });\nconst wrong: number = await db.execute('');\nawait db.close();\nconsole.log(wrong);\n");
  const checked = sh(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--skipLibCheck', '--typeRoots', join(ROOT, 'node_modules', '@types'), '--types', 'node', 'use.ts']);
  const errors = checked.stdout.split('\n').filter((line) => line.includes('error TS'));
  expect(errors).toEqual([expect.stringContaining("is not assignable to type 'number'")]);
});
