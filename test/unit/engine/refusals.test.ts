import { expect, test } from 'vitest';
import { MillraceError, renderError } from '../../../src/errors/index.js';
import { openLocal } from '../../../src/engine/index.js';

const SETUP = "CREATE STREAM s (k INT KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); CREATE TABLE t (k INT PRIMARY KEY, v INT) WITH (kafka_topic='t', value_format='JSON', partitions=1);";

/** Statements that are refused as a whole, and where the mark is expected: at their beginning. */
const WHOLE: readonly string[] = [
  'CREATE STREAM o AS SELECT v FROM s PARTITION BY k;',
  'CREATE TABLE o AS SELECT COUNT(*) AS n FROM s GROUP BY k;',
  "CREATE STREAM o (k INT KEY) WITH (value_format='JSON');",
  "CREATE STREAM o WITH (value_format='FOO') AS SELECT * FROM s;",
  'CREATE STREAM o AS SELECT * FROM t;',
  'DROP STREAM nope;',
  'TERMINATE nope;',
  "SELECT * FROM t WHERE v = 'x' AND k = 1;",
];

test.each(WHOLE)('%s: refused with a code, a place and a hint, wherever it stands in the request', async (sql) => {
  const { engine } = await openLocal({ storage: { memory: true }, version: 'test', properties: { 'ksql.query.pull.table.scan.enabled': 'true' } });
  await engine.execute(SETUP);
  const before = engine.catalog();
  const isQuery = sql.startsWith('SELECT');
  const request = isQuery ? `\n  ${sql}` : `SHOW STREAMS;\n  ${sql}`;
  const error = await (isQuery ? engine.query(request) : engine.execute(request)).then(() => null, (reason: unknown) => reason);
  if (!(error instanceof MillraceError)) throw new Error(`${sql} was not refused`);
  expect({ code: error.code, line: error.span?.line, hint: (error.hint ?? '').length > 10 }).toEqual({ code: error.code, line: 2, hint: true });
  expect(renderError(error, request)).toMatch(/\n2 \| {3}\S[\s\S]*\n {2}\| +\^+\nhint: \S/);
  expect(engine.catalog()).toEqual(before);
  await engine.close();
});
