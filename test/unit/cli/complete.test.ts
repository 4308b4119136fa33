import { afterAll, beforeAll, expect, test } from 'vitest';
import { Completer } from '../../../cli/repl/complete.js';
import { openLocalSession, type SqlSession } from '../../../cli/sql-session.js';
import { silentLogger } from '../../../src/env/index.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'millrace-complete-'));
let session: SqlSession;
beforeAll(async () => {
  session = await openLocalSession(folder, {}, silentLogger);
  await session.execute(
    "CREATE STREAM orders (id STRING KEY, amount INT) WITH (kafka_topic='orders-topic', value_format='JSON', partitions=1);" +
      "CREATE TABLE totals AS SELECT id, SUM(amount) AS total FROM orders GROUP BY id;",
    { properties: {}, variables: {} },
  );
});
afterAll(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

// `|` is where the person presses TAB; what must be among the candidates, and what must not.
test.each([
  ['SEL|', ['SELECT '], ['SHOW ']],
  ['SHOW |', ['STREAMS ', 'TABLES ', 'QUERIES ', 'TOPICS '], ['SELECT ']],
  ['SELECT * FROM |', ['ORDERS ', 'TOTALS '], ['AMOUNT ']],
  ['SELECT * FROM ord|', ['ORDERS '], ['TOTALS ']],
  ['SELECT * FROM orders WHERE am|', ['AMOUNT '], ['ORDERS ']],
  ['SELECT id, SUBST|', ['SUBSTRING('], []],
  ['SELECT * FROM orders |', ['WHERE ', 'EMIT ', 'WINDOW '], ['FROM ']],
  ['SELECT * FROM orders EMIT |', ['CHANGES ', 'FINAL '], []],
  ['DESCRIBE tot|', ['TOTALS '], []],
  ['DROP TABLE |', ['TOTALS ', 'IF '], []],
  ['TERMINATE ct|', ['CTAS_TOTALS_1 '], []],
  ["SET 'auto.off|", ["auto.offset.reset'"], []],
  ['CREATE STREAM x (a |', ['STRING ', 'INT ', 'DECIMAL '], ['ORDERS ']],
  ['CREATE STREAM x (a INT) WITH (kaf|', ['KAFKA_TOPIC '], ['SELECT ']],
  ["PRINT 'ord|", ["orders-topic'"], []],
  ['INSERT INTO orders (|', ['AMOUNT ', 'ID '], []],
  ['\\d|', ['\\d ', '\\dt ', '\\dq '], ['\\x ']],
  ["SELECT * FROM orders WHERE id = 'no comp|", [], ['ORDERS ']],
])('TAB at %s', async (typed, wanted, unwanted) => {
  const [candidates] = await new Completer(session).complete('', typed.replace('|', ''));
  for (const each of wanted) expect(candidates).toContain(each);
  for (const each of unwanted) expect(candidates).not.toContain(each);
});

test('lines before count', async () => {
  const [candidates, word] = await new Completer(session).complete('SELECT *\nFROM orders\n', 'WHERE amo');
  expect([candidates, word]).toEqual([['AMOUNT '], 'amo']);
});
