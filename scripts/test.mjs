// `npm test` on a bare checkout: installs and builds, then type-check, lint, all tests, and the conformance cases where they exist.
// The last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';
import { runVitest } from './report.mjs';

const totals = { passed: 0, failed: 0, skipped: 0 };
const bin = (name) => join(root, 'node_modules', '.bin', name);

function check(title, command, args, options = {}) {
  const started = performance.now();
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  const ok = result.status === 0;
  totals[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? 'ok' : 'FAILED'}  ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return ok;
}

function vitest() {
  const ran = runVitest('vitest', 'dot', []);
  for (const count of Object.keys(totals)) totals[count] += ran[count];
}

// Each folder of cases has a floor it may not fall below; the figures are raised with the product.
function conformance() {
  const floors = JSON.parse(readFileSync(join(root, 'test', 'conformance-floors.json'), 'utf8'));
  for (const [folder, floor] of Object.entries(floors)) {
    const cases = join(root, '..', 'shared', folder);
    if (!existsSync(cases)) {
      totals.skipped += 1;
      console.log(`skipped  ${folder}: no cases here`);
      continue;
    }
    const run = spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), 'conformance', cases], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
    const line = run.stdout.trim().split('\n').at(-1) ?? '';
    console.log(line);
    for (const [figure, least] of Object.entries(floor)) {
      const match = new RegExp(`${figure} (\\d+)/(\\d+)`).exec(line);
      const ok = run.status === 0 && match !== null && Number(match[1]) >= least;
      totals[ok ? 'passed' : 'failed'] += 1;
      if (!ok) console.log(`FAILED  ${folder}: ${figure} below ${least}\n${run.stderr.slice(-2000)}`);
    }
  }
}

ensureInstalled();
const only = process.argv.slice(2);
const wants = (name) => only.length === 0 || only.includes(name);
if (wants('types')) check('type-check', bin('tsc'), ['-p', 'tsconfig.json', '--noEmit']);
if (wants('lint')) check('lint', bin('oxlint'), ['--type-aware', '--quiet']);
if (wants('build')) ensureBuilt();
if (wants('vitest')) vitest();
if (wants('conformance')) conformance();
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
