import { afterAll, beforeAll, expect, test } from 'vitest';
import { Completer } from '../../../cli/repl/complete.js';
import { openLocalSession, type SqlSession } from '../../../cli/sql-session.js';
import { silentLogger } from '../../../src/env/index.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  ['SELECT o.| ', [], ['ORDERS ']],
  ['SELECT * FROM orders o WHERE o.am|', ['AMOUNT '], ['ID ']],
  ['SELECT * FROM orders o JOIN totals AS t ON o.id = t.|', ['TOTAL ', 'ID '], ['AMOUNT ']],
  ['SELECT * FROM orders WHERE orders.|', ['AMOUNT ', 'ID '], []],
  ['SELECT SUBSTRING(|', ['SUBSTRING(text STRING, position INTEGER)'], []],
  ["SET 'auto.offset.reset'='|", ["earliest'", "latest'"], []],
  ["SET 'processing.guarantee' = 'exa|", ["exactly_once_v2'"], ["at_least_once'"]],
  ["UNSET 'auto.off|", ["auto.offset.reset'"], []],
  ['INS|', ['INSERT '], ['SELECT ']],
  ['INSERT INTO |', ['ORDERS '], []],
  ['CREATE |', ['STREAM ', 'TABLE ', 'OR ', 'TYPE '], ['SELECT ']],
  ['CREATE OR |', ['REPLACE '], []],
  ['CREATE TABLE x AS |', ['SELECT '], ['FROM ']],
  ['SELECT id, COUNT(*) FROM orders WINDOW |', ['TUMBLING ', 'HOPPING ', 'SESSION '], []],
  ['SELECT id FROM orders GROUP |', ['BY '], []],
  ['SELECT id FROM orders GROUP BY |', ['ID ', 'AMOUNT '], []],
  ['SELECT id FROM orders PARTITION |', ['BY '], []],
  ['SELECT * FROM orders LEFT |', ['JOIN ', 'OUTER '], []],
  ['DROP |', ['STREAM ', 'TABLE ', 'TYPE ', 'CONNECTOR '], []],
  ['DESCRIBE orders |', ['EXTENDED '], []],
  ['DESCRIBE FUNCTION SUBST|', ['SUBSTRING('], []],
  ['EXPLAIN |', ['CTAS_TOTALS_1 ', 'SELECT '], []],
  ['PAUSE |', ['CTAS_TOTALS_1 ', 'ALL '], []],
  ['SHOW TOPICS |', ['EXTENDED '], []],
  ['LIST |', ['STREAMS ', 'TABLES '], []],
  ['CREATE TABLE x (a INT PRIMARY |', ['KEY '], []],
  ['CREATE STREAM x (a ARRAY<|', ['STRING ', 'INT '], []],
])('TAB at %s', async (typed, wanted, unwanted) => {
  const [candidates] = await new Completer(session).complete('', typed.replace('|', ''));
  for (const each of wanted) expect(candidates).toContain(each);
  for (const each of unwanted) expect(candidates).not.toContain(each);
});

test('lines before count', async () => {
  const [candidates, word] = await new Completer(session).complete('SELECT *\nFROM orders\n', 'WHERE amo');
  expect([candidates, word]).toEqual([['AMOUNT '], 'amo']);
});

test('files behind RUN SCRIPT and \\i', async () => {
  const completer = new Completer(session);
  writeFileSync(join(folder, 'one.sql'), '');
  for (const before of ['\\i ', "RUN SCRIPT '"]) expect(await completer.complete('', `${before}${folder}/on`)).toEqual([[join(folder, 'one.sql')], `${folder}/on`]);
});

test('a person does not wait for candidates', async () => {
  const completer = new Completer(session);
  await completer.complete('', 'SELECT ');
  const started = performance.now();
  for (let i = 0; i < 5; i += 1) await completer.complete('', 'SELECT * FROM orders WHERE ');
  expect((performance.now() - started) / 5).toBeLessThan(500);
});
