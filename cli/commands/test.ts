import { watch, writeFileSync } from 'node:fs';
import { RequestError } from '../../src/errors/index.js';
import { EXIT } from '../exit-codes.js';
import { readSettings } from '../read-settings.js';
import { reportError } from '../report-error.js';
import { findTests, specTest, type FoundTest, type TestOptions } from '../test-runner/find-tests.js';
import { junitXml, type TestResult } from '../test-runner/junit.js';

export interface TestCommand {
  readonly paths: readonly string[];
  readonly sqlFile?: string;
  readonly inputFile?: string;
  readonly outputFile?: string;
  readonly extensionDir?: string;
  readonly filter?: string;
  readonly junit?: string;
  readonly watch?: boolean;
  readonly set: readonly string[];
}

const SETTLE_MS = 100;

function optionsOf({ set, extensionDir }: TestCommand): TestOptions {
  const given = readSettings(null, set, {}, (message) => console.error(message));
  return { properties: Object.fromEntries(given.map(({ name, value }) => [name, value])), extensions: extensionDir ?? null };
}

function testsOf(command: TestCommand): readonly FoundTest[] {
  const { paths, sqlFile, inputFile, outputFile, filter } = command;
  const options = optionsOf(command);
  const spec = sqlFile ?? inputFile ?? outputFile;
  if (spec !== undefined && (sqlFile === undefined || outputFile === undefined)) throw new RequestError('BAD_REQUEST', 'Invalid arguments: --sql-file and --output-file belong together');
  const single = sqlFile === undefined || outputFile === undefined ? [] : [specTest({ sql: sqlFile, inputs: inputFile ?? null, outputs: outputFile }, options)];
  if (paths.length === 0 && single.length === 0) throw new RequestError('BAD_REQUEST', 'There is nothing to test', { hint: 'Give a file or a folder of tests.' });
  return [...single, ...findTests(paths, options)].filter((test) => filter === undefined || test.name.includes(filter));
}

async function runOne(test: FoundTest): Promise<TestResult> {
  const started = performance.now();
  let failure: string | null;
  try {
    failure = await test.run();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const result = { file: test.file, name: test.name, failure, seconds: (performance.now() - started) / 1000 };
  console.log(failure === null ? `ok      ${test.file}: ${test.name}` : `FAILED  ${test.file}: ${test.name}\n        ${failure.split('\n').join('\n        ')}`);
  return result;
}

/** Runs all and says so in the last line. Gives the exit code. */
async function runAll(command: TestCommand): Promise<number> {
  const results: TestResult[] = [];
  for (const test of testsOf(command)) results.push(await runOne(test));
  const failed = results.filter((result) => result.failure !== null).length;
  if (command.junit !== undefined) writeFileSync(command.junit, junitXml(results));
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

/** Runs again whenever a file changes, until the process is interrupted. */
async function runAndWatch(command: TestCommand): Promise<number> {
  const places = [...command.paths, command.sqlFile, command.inputFile, command.outputFile, command.extensionDir].filter((path) => path !== undefined);
  let changed: (() => void) | null = null;
  let isPending = false;
  const watchers = places.map((path) => watch(path, { recursive: true }, () => {
    isPending = true;
    changed?.();
  }));
  let ended = false;
  process.on('SIGINT', () => {
    ended = true;
    changed?.();
  });
  while (!ended) {
    isPending = false;
    await runAll(command).catch(reportError);
    console.log('waiting for changes');
    // Not `await` first: a change while the tests ran counts too.
    if (!isPending) await new Promise<void>((resolve) => (changed = resolve));
    changed = null;
    // Editors write a file in several steps.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  for (const each of watchers) each.close();
  return EXIT.interrupted;
}

/** `millrace test`: SQL scripts with ASSERT statements, and statements with inputs and outputs as ksqlDB's test runner takes them. */
export async function runTests(command: TestCommand): Promise<number> {
  try {
    return command.watch === true ? await runAndWatch(command) : await runAll(command);
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
}
