import { readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readSqlTests } from '../sql-test/read-sql-tests.js';
import { runSqlTest } from '../sql-test/run-sql-test.js';
import { testFunctions } from './case-engine.js';
import { readSqlFiles } from './case-file.js';
import type { CaseResult } from './run-query-case.js';

export interface SqlCase {
  readonly id: string;
  run(): Promise<CaseResult>;
}

/** All tests of the SQL files below a folder of cases. */
export function sqlCases(root: string): readonly SqlCase[] {
  const readScript = (path: string): string => readFileSync(join(root, 'sql', 'scripts', basename(path)), 'utf8');
  return readSqlFiles(root).flatMap(({ path, text }) =>
    readSqlTests(text).map((test) => {
      const id = `${relative(join(root, 'sql'), path).replace(/\.sql$/, '')}/${test.name}`;
      return {
        id,
        run: async () => ({ id, failure: await runSqlTest(test, { readScript, functions: testFunctions, properties: { 'ksql.service.id': 'some.ksql.service.id', 'ksql.headers.columns.enabled': 'true' } }), strict: null }),
      };
    }),
  );
}
