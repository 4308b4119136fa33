// Makes a bare checkout usable: installs packages and builds when needed. Only Node's own modules here.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command with inherited output; ends the process when it fails. */
export function must(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  let time = 0;
  for (const entry of readdirSync(path)) time = Math.max(time, newest(join(path, entry)));
  return time;
}

export function ensureInstalled() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return;
  must('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']);
}

export function ensureBuilt() {
  ensureInstalled();
  const output = join(root, 'dist', 'millrace.js');
  const inputs = ['src', 'cli', 'package.json', 'scripts/build.mjs'].map((name) => join(root, name));
  if (existsSync(output) && Math.max(...inputs.map(newest)) < statSync(output).mtimeMs) return;
  must(process.execPath, [join(root, 'scripts', 'build.mjs')]);
}
