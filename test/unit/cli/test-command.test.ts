import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, start, waitFor } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

const SQL = "CREATE STREAM s (id INT KEY, v INT, price DECIMAL(5, 2)) WITH (kafka_topic='s', value_format='JSON');\nCREATE STREAM o AS SELECT id, v * 2 AS w, price FROM s WHERE v > 0;\nCREATE TABLE c AS SELECT id, COUNT(*) AS n FROM o GROUP BY id;";
const INPUTS = '{"inputs": [{"topic": "s", "key": 1, "value": {"v": 1, "price": 1.50}, "timestamp": 5}, {"topic": "s", "key": 1, "value": {"v": -1, "price": 1.00}}, {"topic": "s", "key": 1, "value": {"v": 3, "price": 2.00}, "headers": [{"KEY": "h", "VALUE": "AQ=="}]}]}';
const outputs = (w: number): string => `{"outputs": [{"topic": "O", "key": 1, "value": {"W": 2, "PRICE": 1.50}, "timestamp": 5}, {"topic": "O", "key": 1, "value": {"W": ${w}, "PRICE": 2.00}, "headers": [{"KEY": "h", "VALUE": "AQ=="}]}, {"topic": "C", "key": 1, "value": {"N": 1}}, {"topic": "C", "key": 1, "value": {"N": 2}, "headers": [{"KEY": "h", "VALUE": "AQ=="}]}]}`;
const SCRIPT = `--@test: filter
CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', value_format='JSON');
CREATE STREAM o AS SELECT * FROM s WHERE v > 10;
INSERT INTO s (id, v) VALUES (1, 11);
ASSERT VALUES o (id, v) VALUES (1, 11);
--@test: another <one>
CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', value_format='JSON');
ASSERT VALUES s (id, v) VALUES (1, 11);
`;

test('statements with inputs and outputs, as ksqlDB\'s test runner takes them', () => {
  const folder = freshFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [sql, inputs, good, bad] = [file('app.sql', SQL), file('in.json', INPUTS), file('out.json', outputs(6)), file('bad.json', outputs(7))];
  expect(run(['test', '-s', sql, '-i', inputs, '-o', good])).toMatchObject({ code: 0, out: containing('1 passed, 0 failed') });
  expect(run(['test', '-s', sql, '-i', inputs, '-o', bad])).toMatchObject({ code: 1, out: containing('O record 1: value') });
  const inserting = file('inserting.sql', `${SQL}\nINSERT INTO s (id, v, price) VALUES (1, 1, 1.50); INSERT INTO s (id, v, price) VALUES (1, 3, 2.00);`);
  const some = file('some.json', '{"outputs": [{"topic": "C", "key": 1, "value": {"N": 1}, "timestamp": 0}, {"topic": "C", "key": 1, "value": {"N": 2}, "timestamp": 0}]}');
  expect(run(['test', '-s', inserting, '-o', some])).toMatchObject({ code: 0 });
  expect(run(['test', '-s', sql, '-i', file('empty.json', '{"inputs": []}'), '-o', good])).toMatchObject({ code: 1, out: containing('Inputs cannot be empty.') });
  expect(run(['test', '-s', sql, '-i', file('none.json', '{}'), '-o', good])).toMatchObject({ code: 1, out: containing("No 'inputs' field in the input file.") });
  expect(run(['test', '-s', sql])).toMatchObject({ code: 2, err: containing('Invalid arguments') });
});

test('a folder of scripts and of files side by side, with a filter and JUnit results', () => {
  const folder = freshFolder();
  writeFileSync(join(folder, 'script.sql'), SCRIPT);
  writeFileSync(join(folder, 'orders.sql'), SQL);
  writeFileSync(join(folder, 'orders.inputs.json'), INPUTS);
  writeFileSync(join(folder, 'orders.outputs.json'), outputs(6));
  const junit = join(folder, 'results.xml');
  const ended = run(['test', folder, '--junit', junit]);
  expect(ended).toMatchObject({ code: 1, out: containing('2 passed, 1 failed') });
  const xml = readFileSync(junit, 'utf8');
  expect(xml).toContain('<testsuites tests="3" failures="1"');
  expect(xml).toContain('name="another &lt;one&gt;"');
  expect(xml).toMatch(/<failure message="Expected record does not match actual. There are no more records.">/);
  expect(run(['test', folder, '--filter', 'filter'])).toMatchObject({ code: 0, out: containing('1 passed, 0 failed') });
  expect(run(['test', junit])).toMatchObject({ code: 2, err: containing('holds no tests') });
});

test('watching runs again when a file changes', async () => {
  const folder = freshFolder();
  const file = join(folder, 'script.sql');
  writeFileSync(file, SCRIPT);
  const child = start(['test', folder, '--watch']);
  expect(await waitFor(child, 'waiting for changes')).toContain('1 passed, 1 failed');
  const again = waitFor(child, 'waiting for changes');
  writeFileSync(file, SCRIPT.slice(0, SCRIPT.indexOf('--@test: another')));
  expect(await again).toContain('1 passed, 0 failed');
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
});
