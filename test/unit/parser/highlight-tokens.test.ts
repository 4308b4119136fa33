import { expect, test } from 'vitest';
import { highlightTokens } from '../../../src/parser/index.js';

test('kinds and ranges, comments among tokens', () => {
  const text = "SELECT len(`a`), 1.5 || 'x' -- c\n FROM s ${v} ? 'open";
  expect(highlightTokens(text).map((each) => [each.kind, text.slice(each.start, each.end)])).toEqual([
    ['keyword', 'SELECT'], ['function', 'len'], ['punctuation', '('], ['quoted', '`a`'], ['punctuation', ')'], ['punctuation', ','],
    ['number', '1.5'], ['operator', '||'], ['string', "'x'"], ['comment', '-- c'], ['keyword', 'FROM'], ['identifier', 's'],
    ['variable', '${v}'], ['error', '?'], ['string', "'open"],
  ]);
});
