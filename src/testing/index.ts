export { readSqlTests, type SqlTest } from './sql-test/read-sql-tests.js';
export { runSqlTest, type SqlTestOptions } from './sql-test/run-sql-test.js';
