// What a run of vitest came to. Failures are said once more in one line each: they are what a reader of a log looks for at its end.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { root } from './ensure.mjs';

const firstLine = (messages) => (messages[0] ?? '').split('\n')[0].slice(0, 300);

/** Runs vitest with `args` and counts; `name` is that of its report below .cache. A run that ends badly without a failed test counts as one failure. */
export function runVitest(name, reporter, args, env = process.env) {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const report = join(cache, `${name}.json`);
  rmSync(report, { force: true });
  const { status } = spawnSync(join(root, 'node_modules', '.bin', 'vitest'), ['run', `--reporter=${reporter}`, '--reporter=json', `--outputFile.json=${report}`, ...args], { cwd: root, stdio: 'inherit', env });
  if (!existsSync(report)) {
    console.log(`FAILED  ${name}: no report, exit code ${status}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const json = JSON.parse(readFileSync(report, 'utf8'));
  for (const file of json.testResults) {
    const place = relative(root, file.name);
    for (const test of file.assertionResults) if (test.status === 'failed') console.log(`FAILED  ${place} > ${test.fullName}: ${firstLine(test.failureMessages)}`);
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')) console.log(`FAILED  ${place}: ${firstLine([file.message])}`);
  }
  const isOnlyTheRun = status !== 0 && json.numFailedTests === 0;
  if (isOnlyTheRun) console.log(`FAILED  ${name}: exit code ${status} without a failed test`);
  return { passed: json.numPassedTests, failed: json.numFailedTests + (isOnlyTheRun ? 1 : 0), skipped: json.numPendingTests + json.numTodoTests };
}
