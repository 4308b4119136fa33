import { describe, expect, test } from 'vitest';
import { expectedTokens, type Expectation } from '../../../src/parser/index.js';

/** The text up to the bar. */
function at(text: string): ReturnType<typeof expectedTokens> {
  const offset = text.indexOf('|');
  return expectedTokens(text.replace('|', ''), offset);
}

describe('what kind of name may stand here', () => {
  test.each<[string, Expectation[]]>([
    ['SELECT * FROM |', ['source']],
    ['SELECT * FROM OR|', ['source']],
    ['SHOW STREAMS; SELECT * FROM |', ['source']],
    ['DESCRIBE |', ['source']],
    ['DESCRIBE FUNCTION |', ['function']],
    ['DROP STREAM |', ['source']],
    ['INSERT INTO |', ['source']],
    ['INSERT INTO S (|', ['column']],
    ['SELECT | FROM S;', ['column', 'function']],
    ['SELECT A FROM S WHERE |', ['column', 'function']],
    ['SELECT S.| FROM S;', ['column']],
    ['SELECT CAST(A AS |', ['type']],
    ['CREATE STREAM S (A |', ['type']],
    ["CREATE STREAM S (A INT) WITH (|", ['property', 'string']],
    ["CREATE STREAM S (A INT) WITH (KAFKA_TOPIC = |", ['string']],
    ["SET '|", ['property', 'string']],
    ['PRINT |', ['topic', 'string']],
    ['TERMINATE |', ['query']],
    ['EXPLAIN |', ['query']],
    ['CREATE STREAM |', ['identifier']],
  ])('%s', (text, expected) => expect(at(text).expects).toEqual(expect.arrayContaining(expected)));
});

describe('which keywords may stand here', () => {
  test('at the start, all statements', () => expect(at('|').keywords).toEqual(expect.arrayContaining(['SELECT', 'CREATE', 'SHOW', 'PRINT', 'EXPLAIN'])));
  test.each<[string, string[]]>([
    ['CREATE |', ['OR', 'TABLE', 'STREAM', 'TYPE', 'SINK', 'SOURCE']],
    ['SELECT * FROM S W|', ['WINDOW', 'WHERE', 'GROUP', 'JOIN', 'EMIT', 'LIMIT']],
    ['SELECT * FROM S WINDOW |', ['TUMBLING', 'HOPPING', 'SESSION']],
    ['SELECT * FROM S EMIT |', ['CHANGES', 'FINAL']],
    ['SELECT * FROM S WINDOW TUMBLING (SIZE 1 |', ['DAYS', 'HOURS', 'MINUTE']],
    ['SELECT * FROM S WHERE A |', ['AND', 'OR', 'IN', 'NOT', 'BETWEEN', 'LIKE', 'IS']],
    ['CREATE STREAM S (A INT |', ['KEY', 'PRIMARY', 'HEADERS', 'HEADER']],
  ])('%s', (text, expected) => expect(at(text).keywords).toEqual(expect.arrayContaining(expected)));
  test('a name wanted is no keyword wanted', () => expect(at('DROP STREAM |').keywords).toEqual(['IF']));
});

test('nothing where the text before makes no sense, and nothing in comments', () => {
  expect(at('SELECT FROM |')).toEqual({ keywords: [], expects: [] });
  expect(at('SELECT /* |')).toEqual({ keywords: [], expects: [] });
});
