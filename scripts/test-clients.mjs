// `npm run test:clients`: installs the published clients of other projects below .cache and runs their tours.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
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

// Each in an environment of its own: they ask for different versions of the same packages.
function installPython(module, pythons, ...steps) {
  const folder = join(clients, module);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python) && isThere(python, module)) return;
  const found = pythons.find((each) => spawnSync(each, ['--version'], { stdio: 'ignore' }).status === 0);
  if (found === undefined || !attempt(`${module}: a Python environment`, found, ['-m', 'venv', folder])) return;
  for (const packages of steps) attempt(packages.at(-1), python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
}

ensureInstalled();
installCube();
// The set-up script of ksql asks for pip itself, which an isolated build hides.
installPython('ksql', ['python3'], ['wheel', 'setuptools<81'], ['--no-build-isolation', 'ksql==0.10.2']);
// It needs Python 3.12; on an older one its import fails and its test is skipped.
installPython('jetblack_ksql_dbapi', ['python3.13', 'python3.12', 'python3'], ['jetblack-ksql-dbapi[httpx]==0.1.0']);
const { passed, failed, skipped } = runVitest('vitest-clients', 'verbose', ['test/clients']);
if (skipped > 0) console.log(`*** ${skipped} client tours were SKIPPED ***`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
