export { readSqlTests, type SqlTest } from './sql-test/read-sql-tests.js';
export { runSqlTest, type SqlTestOptions } from './sql-test/run-sql-test.js';
export { runSpecTest, type SpecTest } from './spec-test/run-spec-test.js';
