import { expect, test } from 'vitest';
import { readSqlTests, runSqlTest } from '../../../src/testing/index.js';

const script = `-- remarks
--@test: first
CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', value_format='JSON');
CREATE STREAM t AS SELECT * FROM s WHERE v > 0;
--@test: second
--@expected.error: java.lang.AssertionError
--@expected.message: does not match
ASSERT STREAM s;
--@test: first
SET 'a'='b';
`;

test('a script is cut into its tests; names that come again are numbered', () => {
  expect(readSqlTests(script).map(({ name, expectedError }) => [name, expectedError])).toEqual([
    ['first', null],
    ['second', { className: 'java.lang.AssertionError', message: 'does not match' }],
    ['first (2)', null],
  ]);
});

const run = (sql: string, message: string | null = null): Promise<string | null> =>
  runSqlTest(
    { name: 'test', sql, expectedError: message === null ? null : { className: null, message } },
    { readScript: () => "CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', value_format='JSON'); CREATE STREAM t AS SELECT * FROM s WHERE v > 0;" },
  );

test('records are asserted in order, each once', async () => {
  expect(await run("RUN SCRIPT '/x'; INSERT INTO s (rowtime, id, v) VALUES (7, 1, 5); INSERT INTO s VALUES (2, 0); INSERT INTO s VALUES (3, 6); ASSERT VALUES t (rowtime, id, v) VALUES (7, 1, 5); ASSERT VALUES t (id, v) VALUES (3, 6);")).toBeNull();
});

test('what differs is told with the statement', async () => {
  expect(await run("RUN SCRIPT '/x'; INSERT INTO s (rowtime, id, v) VALUES (7, 1, 5); ASSERT VALUES t (id, v) VALUES (1, 6);")).toBe(
    'Expected record does not match actual. Column V (INTEGER): expected 6, got 5; timestamp 7.\n  in: ASSERT VALUES t (id, v) VALUES (1, 6);',
  );
  expect(await run("RUN SCRIPT '/x'; ASSERT VALUES t (id, v) VALUES (1, 6);")).toContain('There are no more records');
});

test('declarations are compared with what there is', async () => {
  expect(await run("RUN SCRIPT '/x'; ASSERT STREAM t (id INT KEY, v INT) WITH (kafka_topic='T', value_format='JSON');")).toBeNull();
  expect(await run("RUN SCRIPT '/x'; ASSERT STREAM t (id INT KEY, v BIGINT) WITH (kafka_topic='T', value_format='JSON');")).toContain(
    'Expected schema does not match actual for source T. Expected: `ID` INTEGER KEY, `V` BIGINT. Got: `ID` INTEGER KEY, `V` INTEGER.',
  );
});

test('an expected error must come, and be that one', async () => {
  expect(await run('DROP STREAM nothing;', 'does not exist')).toBeNull();
  expect(await run('DROP STREAM nothing;', 'something else')).toContain('Another error was expected: something else');
  expect(await run("RUN SCRIPT '/x';", 'boom')).toBe('An error was expected: boom');
});

test('a tombstone is asserted by its key', async () => {
  const table = "CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', value_format='JSON'); CREATE TABLE t AS SELECT id, COUNT(*) AS n FROM s GROUP BY id HAVING COUNT(*) < 2; INSERT INTO s VALUES (1, 1); INSERT INTO s VALUES (1, 2); ASSERT VALUES t (id, n) VALUES (1, 1); ";
  expect(await run(`${table} ASSERT NULL VALUES t (id) KEY (1);`)).toBeNull();
  expect(await run(`${table} ASSERT NULL VALUES t (id) KEY (2);`)).toContain('Expected record does not match actual.');
});

test('a script that runs itself is ended', async () => {
  const found = await runSqlTest({ name: 'test', sql: "RUN SCRIPT '/self';", expectedError: null }, { readScript: () => "RUN SCRIPT '/self';" });
  expect(found).toContain('Scripts run each other more than 16 deep: /self');
});
