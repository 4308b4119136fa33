import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../src/errors/index.js';
import { parseScript, parseStatement, printStatement, type Statement } from '../../../src/parser/index.js';
import { bare } from './bare.js';

// What is read, and how it is written when it was not written that way.
const STATEMENTS: readonly [text: string, kind: Statement['kind'], written?: string][] = [
  ["CREATE STREAM S (ID INTEGER KEY, V STRING) WITH (KAFKA_TOPIC='s', PARTITIONS=1);", 'createSource'],
  ["create or replace source table if not exists t (id int primary key) with ('kafka_topic'='t', x=-1.5);", 'createSource', "CREATE OR REPLACE SOURCE TABLE IF NOT EXISTS T (ID INTEGER PRIMARY KEY) WITH (KAFKA_TOPIC='t', X=-1.5);"],
  ["CREATE STREAM S WITH (KAFKA_TOPIC='s');", 'createSource'],
  ['CREATE STREAM S;', 'createSource'],
  ['CREATE STREAM `IF` (A INTEGER);', 'createSource', 'CREATE STREAM IF (A INTEGER);'],
  ['CREATE OR REPLACE TABLE T WITH (PARTITIONS=2) AS SELECT * FROM S EMIT CHANGES;', 'createAsSelect'],
  ['CREATE STREAM IF NOT EXISTS T AS SELECT * FROM S;', 'createAsSelect'],
  ["INSERT INTO S WITH (QUERY_ID='q') SELECT * FROM T;", 'insertSelect'],
  ['INSERT INTO S SELECT * FROM T;', 'insertSelect'],
  ["INSERT INTO S (A, `b`) VALUES (1, 'x');", 'insertValues'],
  ['INSERT INTO S VALUES (-1, ARRAY[1], null);', 'insertValues'],
  ['DROP STREAM IF EXISTS S DELETE TOPIC;', 'dropSource'],
  ['DROP TABLE T;', 'dropSource'],
  ['ALTER STREAM S ADD A INT, ADD COLUMN B STRING, ADD COLUMN INT;', 'alterSource', 'ALTER STREAM S ADD COLUMN A INTEGER, ADD COLUMN B STRING, ADD COLUMN COLUMN INTEGER;'],
  ['CREATE TYPE IF NOT EXISTS MONEY AS DECIMAL(9, 2);', 'createType'],
  ['DROP TYPE IF EXISTS MONEY;', 'dropType'],
  ["CREATE SINK CONNECTOR IF NOT EXISTS C WITH ('connector.class'='x', 'tasks.max'='1');", 'createConnector'],
  ["CREATE SOURCE CONNECTOR `c` WITH (a='1', `b`=true);", 'createConnector', "CREATE SOURCE CONNECTOR `c` WITH ('A'='1', 'b'=true);"],
  ['DROP CONNECTOR IF EXISTS `c`;', 'dropConnector'],
  ...(['PROPERTIES', 'FUNCTIONS', 'TYPES', 'VARIABLES', 'CONNECTORS', 'SOURCE CONNECTORS', 'SINK CONNECTORS', 'CONNECTOR PLUGINS'] as const).map(
    (what): [string, 'show', string] => [`LIST ${what};`, 'show', `SHOW ${what};`]),
  ...(['TOPICS', 'ALL TOPICS', 'STREAMS', 'TABLES', 'QUERIES'] as const).map((what): [string, 'show'] => [`SHOW ${what} EXTENDED;`, 'show']),
  ['DESCRIBE S EXTENDED;', 'describe'],
  ['DESCRIBE STREAMS EXTENDED;', 'describe'],
  ['DESCRIBE tables;', 'describe', 'DESCRIBE TABLES;'],
  ['DESCRIBE `TABLES`;', 'describe'],
  ['DESCRIBE FUNCTION LEN;', 'describe'],
  ['DESCRIBE FUNCTION;', 'describe', 'DESCRIBE `FUNCTION`;'],
  ['DESCRIBE CONNECTOR `c`;', 'describe'],
  ['EXPLAIN CSAS_X_1;', 'explain'],
  ['EXPLAIN SELECT * FROM S EMIT CHANGES;', 'explain'],
  ['EXPLAIN show;', 'explain', 'EXPLAIN SHOW;'],
  ["PRINT 'my-topic' FROM BEGINNING INTERVAL 2 LIMIT 3;", 'print', 'PRINT `my-topic` FROM BEGINNING INTERVAL 2 LIMIT 3;'],
  ['PRINT orders SAMPLE 2;', 'print', 'PRINT `orders` INTERVAL 2;'],
  ['TERMINATE CSAS_X_1;', 'queryControl'],
  ['PAUSE ALL;', 'queryControl'],
  ['RESUME `q`;', 'queryControl'],
  ["SET 'a' = 'b''c';", 'set'],
  ["UNSET 'a';", 'unset'],
  ["ALTER SYSTEM 'a' = 'b';", 'alterSystem'],
  ["DEFINE `x` = '1';", 'define'],
  ['UNDEFINE `x`;', 'undefine'],
  ['ASSERT NOT EXISTS TOPIC `t` WITH (PARTITIONS=3) TIMEOUT 10 SECONDS;', 'assertTopic'],
  ["ASSERT SCHEMA SUBJECT `s-value` ID 4 TIMEOUT 1 MINUTES;", 'assertSchema'],
  ['ASSERT SCHEMA ID 4;', 'assertSchema'],
];

test.each(STATEMENTS)('%s', (text, kind, written) => {
  const statement = parseStatement(text);
  expect(statement.kind).toBe(kind);
  expect(printStatement(statement)).toBe(written ?? text);
  expect(bare(parseStatement(printStatement(statement)))).toEqual(bare(statement));
});

const TESTS: readonly [text: string, kind: Statement['kind']][] = [
  ['ASSERT VALUES S (A, B) VALUES (1, 2);', 'assertValues'],
  ['ASSERT NULL VALUES S (A) KEY (1);', 'assertNullValues'],
  ["ASSERT TABLE T (ID INTEGER PRIMARY KEY) WITH (KAFKA_TOPIC='t');", 'assertSource'],
  ['ASSERT STREAM S;', 'assertSource'],
  ["RUN SCRIPT '/x.sql';", 'runScript'],
];

describe('test scripts', () => {
  test.each(TESTS)('%s', (text, kind) => {
    const [parsed] = parseScript(text, { tests: true });
    expect(parsed?.statement.kind).toBe(kind);
    expect(parsed && printStatement(parsed.statement)).toBe(text);
    expect(() => parseScript(text)).toThrow(ParseError);
  });
  test('other statements are admitted, too', () => expect(parseScript('ASSERT TOPIC x; SHOW STREAMS;', { tests: true }).map((each) => each.statement.kind)).toEqual(['assertTopic', 'show']));
});

test('topics and subjects keep their case, names of variables as well', () => {
  expect(parseStatement('PRINT Orders;')).toMatchObject({ topic: 'Orders' });
  expect(parseStatement('ASSERT SCHEMA SUBJECT Orders;')).toMatchObject({ subject: 'Orders' });
  expect(parseStatement("DEFINE Select = 'x';")).toMatchObject({ name: 'Select' });
  expect(parseStatement('TERMINATE q1;')).toMatchObject({ queryId: 'Q1' });
});

describe('rules of declarations', () => {
  test.each([
    ['CREATE STREAM S (A INT, a INT);', 'Duplicate column names: `A`'],
    ['CREATE TABLE T (ID INT KEY);', "Line: 1, Col: 17: Column `ID` is a 'KEY' column: please use 'PRIMARY KEY' for tables."],
    ['CREATE STREAM S (ID INT PRIMARY KEY);', "Column `ID` is a 'PRIMARY KEY' column: please use 'KEY' for streams."],
    ['CREATE STREAM `a b` (A INT);', "Illegal argument at Line: 1, Col: 15. Source names may only contain alphanumeric values, '_' or '-'. Got: 'a b'"],
    ['CREATE TABLE T AS SELECT * FROM S LIMIT 1;', "CREATE TABLE AS SELECT statements don't support LIMIT clause."],
    ['INSERT INTO S (A) VALUES (1, 2);', 'Expected number columns and values to match: 1, 2'],
    ['INSERT INTO S VALUES (S.A);', "'S' is not a valid stream/table name or alias."],
    ['CREATE SOURCE STREAM S AS SELECT * FROM T;', 'Syntax Error'],
    ['CREATE STREAM S (A INT) AS SELECT * FROM T;', 'Syntax Error'],
  ])('%s', (text, message) => expect(() => parseStatement(text)).toThrow(message));
});

describe('scripts', () => {
  test('give text and place of each statement', () => {
    const parsed = parseScript("SHOW STREAMS; -- x\n  SET 'a'='b';");
    expect(parsed.map((each) => each.text)).toEqual(['SHOW STREAMS;', "SET 'a'='b';"]);
    expect(parsed[1]?.span).toEqual({ start: 21, end: 33, line: 2, column: 2 });
    expect(parsed[1]?.statement.span.line).toBe(2);
  });
  test('a syntax error anywhere refuses all', () => expect(() => parseScript('SHOW STREAMS; SHOW STREMS;')).toThrow("Syntax error at or near 'STREMS' at line 1:20"));
  test('errors of meaning wait until the tree is asked for', () => {
    const parsed = parseScript('SHOW STREAMS; SELECT * FROM ${x};');
    expect(parsed[0]?.statement.kind).toBe('show');
    expect(() => parsed[1]?.statement).toThrow('Variable ${x} is not defined.');
  });
  test('nothing but comments is an empty script', () => expect(parseScript(' -- nothing\n/* here */')).toEqual([]));
  test('one statement means one', () => {
    expect(() => parseStatement('SHOW STREAMS; SHOW TABLES;')).toThrow('Expected exactly one KSQL statement; found 2 instead.');
    expect(() => parseStatement('')).toThrow('found 0');
    expect(() => parseStatement('SHOW STREAMS')).toThrow("missing ';' at '<EOF>'");
  });
});
