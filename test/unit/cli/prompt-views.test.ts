import { describe, expect, test } from 'vitest';
import { createRowPrinter } from '../../../cli/format/row-printer.js';
import { KeyedRows } from '../../../cli/live/keyed-rows.js';
import { LiveTable } from '../../../cli/live/live-table.js';
import { metaCommandOf } from '../../../cli/meta/ksqldb-words.js';
import { suggestedStream } from '../../../cli/meta/sample.js';
import { statementHelp } from '../../../cli/meta/statement-help.js';
import { loadsOfMetrics } from '../../../cli/query-load.js';
import { paintLine } from '../../../cli/repl/paint-line.js';
import { ReverseSearch } from '../../../cli/repl/reverse-search.js';
import { parseScript } from '../../../src/parser/index.js';

const COLUMNS = [{ name: 'ID', type: 'STRING' }, { name: 'V', type: 'INTEGER' }];

describe('search in the history', () => {
  const entries = ['SELECT 3;', 'SHOW TABLES;', 'SELECT 1;'];
  test('the newest that contains it; again an older one; the oldest stays', () => {
    const search = new ReverseSearch(entries);
    expect(search.press('sel')).toEqual({ kind: 'search' });
    expect(search.line).toBe("(reverse-search)'sel': SELECT 3;");
    search.press('\u0012');
    search.press('\u0012');
    expect(search.found).toBe('SELECT 1;');
    search.press('\u007f');
    expect(search.found).toBe('SELECT 3;');
  });
  test('Enter takes and runs, another key takes to edit, Ctrl-C drops', () => {
    expect(new ReverseSearch(entries).press('show\rrest')).toEqual({ kind: 'take', found: 'SHOW TABLES;', runs: true, rest: 'rest' });
    expect(new ReverseSearch(entries).press('show\u001b[D')).toEqual({ kind: 'take', found: 'SHOW TABLES;', runs: false, rest: '\u001b[D' });
    expect(new ReverseSearch(entries).press('show\u0003')).toEqual({ kind: 'drop' });
    expect(new ReverseSearch(entries).press('nothing\r')).toEqual({ kind: 'take', found: '', runs: true, rest: '' });
  });
});

describe('colours while typing', () => {
  test('words, strings and numbers; the text itself stays', () => {
    const painted = paintLine('', "SELECT a, 'x', 1 -- c");
    expect(painted).toContain('\u001b[34mSELECT\u001b[0m');
    expect(painted).toContain("\u001b[32m'x'\u001b[0m");
    expect(painted.split('\u001b').map((part, index) => (index === 0 ? part : part.replace(/^\[\d+m/, ''))).join('')).toBe("SELECT a, 'x', 1 -- c");
  });
  test('a string that began on an earlier line', () => {
    expect(paintLine("SELECT 'a\n", "b' FROM")).toBe("\u001b[32mb'\u001b[0m \u001b[34mFROM\u001b[0m");
  });
});

describe('live views', () => {
  test('what each row did to its key', () => {
    const rows = new KeyedRows([0]);
    expect(rows.apply(['a', '1'])).toEqual({ kind: 'insert', row: ['a', '1'] });
    expect(rows.apply(['a', '2'])).toEqual({ kind: 'update', before: ['a', '1'], row: ['a', '2'] });
    expect(rows.apply(['a', null])).toEqual({ kind: 'delete', before: ['a', '2'] });
    expect(rows.size).toBe(0);
  });
  test('without keys every row is its own', () => {
    const rows = new KeyedRows([]);
    rows.apply(['a', '1']);
    expect(rows.apply(['a', '1']).kind).toBe('insert');
    expect(rows.size).toBe(2);
  });
  test('a table in the order of its keys, changes bold, cut to the screen', () => {
    const table = new LiveTable(COLUMNS, [0], 0);
    for (const id of ['k10', 'k9', 'k1']) table.apply([id, '1']);
    const lines = table.draw({ width: 40, height: 8 }, 1000);
    expect(lines.filter((line) => line.includes('k'))).toEqual(['\u001b[1m│ k1 │ 1 │\u001b[0m', '\u001b[1m│ k9 │ 1 │\u001b[0m']);
    expect(lines.at(-1)).toBe('3 rows, 1 not shown, 3 changes, 3 a seco');
    expect(table.draw({ width: 80, height: 20 }, 1100).filter((line) => line.includes('\u001b'))).toEqual([]);
  });
});

test('long values go on in the next line where they are wrapped', () => {
  const printer = createRowPrinter('table', [{ name: 'A', type: 'STRING' }], { width: 80, rows: null, columnWidth: 4, wraps: true });
  expect(printer.row(['abcdefghij'], '')).toBe('│ abcd │\n│ efgh │\n│ ij   │\n');
  expect(createRowPrinter('table', [{ name: 'A', type: 'STRING' }], { width: 80, rows: null, columnWidth: 4, wraps: false }).row(['abcdefghij'], '')).toBe('│ abc… │\n');
});

test('a stream is suggested from what a topic shows, and it parses', () => {
  const lines = ['Key format: KAFKA_STRING', 'Value format: JSON or KAFKA_STRING', 'rowtime: 1, key: a, value: {"n":1,"odd name":"x","list":[1.5],"deep":{"b":true}}, partition: 0', 'rowtime: 1, key: a, value: {"n":1.5}, partition: 0'];
  const sql = suggestedStream("it's-a.topic", lines);
  expect(sql).toBe("CREATE STREAM IT_S_A_TOPIC (k STRING KEY, N DOUBLE, `ODD NAME` STRING, `LIST` ARRAY<DOUBLE>, DEEP STRUCT<`b` BOOLEAN>)\n  WITH (KAFKA_TOPIC='it''s-a.topic', KEY_FORMAT='KAFKA', VALUE_FORMAT='JSON');");
  expect(parseScript(sql ?? '')).toHaveLength(1);
  expect(suggestedStream('t', ['Key format: ¯\\_(ツ)_/¯', 'Value format: AVRO'])).toBe("CREATE STREAM T\n  WITH (KAFKA_TOPIC='t', VALUE_FORMAT='AVRO');");
  expect(suggestedStream('t', ['Value format: KAFKA_STRING'])).toBeNull();
});

test('what queries did, from a page of metrics', () => {
  const page = 'ksql_query_state{query_id="Q_1",state="RUNNING"} 1\nksql_query_records_consumed_total{query_id="Q_1"} 7\nksql_query_lag_records{query_id="Q_1",topic="t",partition="0"} 2\nksql_query_lag_records{query_id="Q_1",topic="t",partition="1"} 3\nksql_query_records_consumed_total{query_id="Q_10"} 9\n';
  expect(loadsOfMetrics(page)).toEqual([{ queryId: 'Q_1', state: 'RUNNING', read: 7, written: 0, lag: 5, late: 0, errors: 0 }]);
});

test.each([
  ['exit;', '\\q'], ['SERVER http://h:1', '\\conninfo http://h:1'], ['output JSON', '\\o jsonl'], ["run script 'a.sql';", '\\i a.sql'],
  ['set cli WRAP off', '\\wrap off'], ['SET CLI column-width 20;', '\\width 20'], ['request-pipelining ON', '\\pipelining ON'], ['SELECT 1;', null], ["SET 'a'='b';", null],
])('ksqlDB says %s', (line, meta) => expect(metaCommandOf(line)).toBe(meta));

test('help on a statement', () => {
  expect(statementHelp('create')).toContain('CREATE TYPE');
  expect(statementHelp('alter stream;')).toContain('ADD COLUMN');
  expect(statementHelp('nonsense')).toBeNull();
});
