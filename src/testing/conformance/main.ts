import { writeFileSync } from 'node:fs';
import { readCases } from './case-file.js';
import { runQueryCase, type CaseResult } from './run-query-case.js';
import { sqlCases } from './run-sql-file.js';
import { runRestCase } from './run-rest-case.js';

interface Options {
  readonly root: string;
  readonly report: string | null;
  readonly only: RegExp | null;
  readonly folder: string | null;
}

function readOptions(argv: readonly string[]): Options {
  const value = (name: string): string | null => {
    const at = argv.indexOf(name);
    return at < 0 ? null : (argv[at + 1] ?? null);
  };
  const only = value('--only');
  const [root] = argv;
  if (root === undefined || root.startsWith('--')) throw new Error('Usage: conformance DIR [--report FILE] [--only PATTERN] [--folder query|rest|sql]');
  return { root, report: value('--report'), only: only === null ? null : new RegExp(only), folder: value('--folder') };
}

const CASE_TIMEOUT_MS = 20_000;

// A case that does not end is a failed case; it never ends the run.
async function limited<C extends { readonly id: string }>(one: C, run: (data: C) => Promise<CaseResult>): Promise<CaseResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CaseResult>((resolve) => {
    timer = setTimeout(() => resolve({ id: one.id, failure: 'took too long', strict: null }), CASE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([run(one), late]);
  } catch (error) {
    return { id: one.id, failure: `fault: ${error instanceof Error ? error.message : String(error)}`, strict: null };
  } finally {
    clearTimeout(timer);
  }
}

interface Tally {
  passed: number;
  total: number;
}
const tally = (): Tally => ({ passed: 0, total: 0 });

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const figures = { query: tally(), errors: tally(), rest: tally(), sql: tally(), strict: tally() };
  const results: (CaseResult & { readonly figure: string })[] = [];
  const count = (figure: Tally, passed: boolean): void => {
    figure.total += 1;
    if (passed) figure.passed += 1;
  };
  for (const one of [...readCases(options.root, 'query'), ...readCases(options.root, 'rest')]) {
    if ((options.only !== null && !options.only.test(one.id)) || (options.folder !== null && options.folder !== one.folder)) continue;
    const figure = one.folder === 'rest' ? 'rest' : one.data.has('expectedError') ? 'errors' : 'query';
    const result = await limited(one, one.folder === 'rest' ? runRestCase : runQueryCase);
    count(figures[figure], result.failure === null);
    count(figures.strict, result.failure === null && result.strict === null);
    results.push({ ...result, figure });
  }
  for (const one of sqlCases(options.root)) {
    if ((options.only !== null && !options.only.test(one.id)) || (options.folder !== null && options.folder !== 'sql')) continue;
    const result = await limited(one, () => one.run());
    count(figures.sql, result.failure === null);
    results.push({ ...result, figure: 'sql' });
  }
  if (options.report !== null) writeFileSync(options.report, `${JSON.stringify(results.filter((each) => each.failure !== null || each.strict !== null), null, 1)}\n`);
  const shown = Object.entries(figures).map(([name, { passed, total }]) => `${name} ${passed}/${total}`);
  console.log(`conformance: ${shown.join(' · ')}`);
}

process.on('unhandledRejection', (error) => {
  console.error('A rejection nobody waited for:', error instanceof Error ? error.message : error);
});
await main();
process.exit(0);
