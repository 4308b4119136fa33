// `npm run test:kafka [FILE…]`: what needs a real Apache Kafka. Brought up from Maven artifacts where Java and Maven are installed;
// MILLRACE_KAFKA=HOST:PORT names one that runs already. The last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
const has = (command, flag) => spawnSync(command, [flag], { stdio: 'ignore' }).status === 0;
const missing = process.env.MILLRACE_KAFKA !== undefined ? [] : [['java', '-version'], ['javac', '-version'], ['mvn', '-v']].filter(([command, flag]) => !has(command, flag)).map(([command]) => command);
if (missing.length > 0) {
  console.log(`\n*** SKIPPED: all tests against a real Kafka. Not installed: ${missing.join(', ')}. (MILLRACE_KAFKA=HOST:PORT uses a running broker.) ***\n`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}
const cache = join(root, '.cache');
mkdirSync(cache, { recursive: true });
const report = join(cache, 'vitest-kafka.json');
rmSync(report, { force: true });
const result = spawnSync(
  join(root, 'node_modules', '.bin', 'vitest'),
  ['run', '--config', 'vitest.kafka.config.ts', '--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, MILLRACE_ROOT: root } },
);
const json = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
const failed = json.numFailedTests + (result.status !== 0 && json.numFailedTests === 0 ? 1 : 0);
const skipped = json.numPendingTests + json.numTodoTests;
if (skipped > 0) console.log(`*** ${skipped} tests were SKIPPED ***`);
console.log(`${json.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
