// `npm run test:kafka [FILE…]`: what needs a real Apache Kafka. Brought up from Maven artifacts where Java and Maven are installed;
// MILLRACE_KAFKA=HOST:PORT names one that runs already. The last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, root } from './ensure.mjs';
import { runVitest } from './report.mjs';

ensureInstalled();
const has = (command, flag) => spawnSync(command, [flag], { stdio: 'ignore' }).status === 0;
const missing = process.env.MILLRACE_KAFKA !== undefined ? [] : [['java', '-version'], ['javac', '-version'], ['mvn', '-v']].filter(([command, flag]) => !has(command, flag)).map(([command]) => command);
if (missing.length > 0) {
  console.log(`\n*** SKIPPED: all tests against a real Kafka. Not installed: ${missing.join(', ')}. (MILLRACE_KAFKA=HOST:PORT uses a running broker.) ***\n`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}
const { passed, failed, skipped } = runVitest('vitest-kafka', 'verbose', ['--config', 'vitest.kafka.config.ts', ...process.argv.slice(2)], { ...process.env, MILLRACE_ROOT: root });
if (skipped > 0) console.log(`*** ${skipped} tests were SKIPPED ***`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
