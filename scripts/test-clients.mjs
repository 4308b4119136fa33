// `npm run test:clients`: installs the published clients of other projects below .cache and runs their tours.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';
import { runVitest } from './report.mjs';

const clients = join(root, '.cache', 'clients');

// A client that cannot be installed here is skipped, loudly: its test says so again.
function attempt(title, command, args, options = {}) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (status !== 0) console.log(`SKIPPED  ${title} cannot be installed here`);
  return status === 0;
}

function installCube() {
  const folder = join(clients, 'node');
  if (existsSync(join(folder, 'node_modules', '@cubejs-backend', 'ksql-driver'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  attempt('@cubejs-backend/ksql-driver', 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '@cubejs-backend/ksql-driver@1.7.43'], { cwd: folder });
}

const isThere = (python, module) => spawnSync(python, ['-c', `import importlib.util, sys; sys.exit(importlib.util.find_spec('${module}') is None)`], { stdio: 'ignore' }).status === 0;

const isAtLeast = (python, minor) => spawnSync(python, ['-c', `import sys; sys.exit(sys.version_info < (3, ${minor}))`], { stdio: 'ignore' }).status === 0;

// On the path, where a newer one may have a name of its own; then those that pyenv keeps, which need not be active.
function findPython(minor) {
  const kept = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const versions = existsSync(kept) ? readdirSync(kept).filter((name) => name.startsWith('3.')) : [];
  const names = ['python3', ...Array.from({ length: 4 }, (_, index) => `python3.${minor + index}`), ...versions.map((version) => join(kept, version, 'bin', 'python3'))];
  return names.find((name) => isAtLeast(name, minor));
}

// Each in an environment of its own: they ask for different versions of the same packages.
function installPython(module, minor, ...steps) {
  const folder = join(clients, module);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python) && isThere(python, module)) return;
  const found = findPython(minor);
  if (found === undefined) {
    console.log(`SKIPPED  ${module} needs Python 3.${minor} or newer: there is none on the path or below pyenv`);
    return;
  }
  if (!attempt(`${module}: a Python environment`, found, ['-m', 'venv', '--clear', folder])) return;
  for (const packages of steps) attempt(packages.at(-1), python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
}

// A package may be published so that it cannot work anywhere; then its tour says nothing about this server.
function reportBroken(module, script) {
  const python = join(clients, module, 'bin', 'python');
  if (!existsSync(python)) return;
  const { status, stderr } = spawnSync(python, [join(root, 'test', 'clients', 'tours', script)], { encoding: 'utf8' });
  if (status !== 0) console.log(`SKIPPED  ${module} does not work as published: ${stderr.trim().split('\n').at(-1)}`);
}

ensureInstalled();
installCube();
// The set-up script of ksql asks for pip itself, which an isolated build hides.
installPython('ksql', 6, ['wheel', 'setuptools<81'], ['--no-build-isolation', 'ksql==0.10.2']);
// It uses syntax of Python 3.12.
installPython('jetblack_ksql_dbapi', 12, ['jetblack-ksql-dbapi[httpx]==0.2.1']);
reportBroken('jetblack_ksql_dbapi', 'jetblack_tour.py');
const { passed, failed, skipped } = runVitest('vitest-clients', 'verbose', ['test/clients']);
if (skipped > 0) console.log(`*** ${skipped} client tours were SKIPPED ***`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
