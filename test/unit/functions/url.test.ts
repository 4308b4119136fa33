import { expect, test } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import { STRING, type SqlValue } from '../../../src/types/index.js';
import { given, valueOf } from './harness.js';

const run = (name: string, ...texts: string[]): SqlValue => valueOf(name, ...texts.map((text) => given(STRING, text)));
const parts = (url: string): SqlValue[] => ['PROTOCOL', 'HOST', 'PORT', 'PATH', 'QUERY', 'FRAGMENT'].map((part) => run(`URL_EXTRACT_${part}`, url));

test.each<[string, SqlValue[]]>([
  ['http://test@confluent.io:8080/nested/a%20b?q=%C3%A9+1#frag%20x', ['http', 'confluent.io', 8080, '/nested/a b', 'q=é+1', 'frag x']],
  ['http://www.test.com?query#fragment', ['http', 'www.test.com', null, '', 'query', 'fragment']],
  ['www.confluent.io', [null, null, null, 'www.confluent.io', null, null]],
  ['mailto:me@example.com#x', ['mailto', null, null, null, null, 'x']],
  ['http://[::1]:80/x', ['http', '[::1]', 80, '/x', null, null]],
  ['http://under_score/x', ['http', null, null, '/x', null, null]],
  ['http://h:/', ['http', 'h', null, '/', null, null]],
  ['file:///tmp/x', ['file', null, null, '/tmp/x', null, null]],
  ['//host/p', [null, 'host', null, '/p', null, null]],
  ['/relative?x=日', [null, null, null, '/relative', 'x=日', null]],
  ['', [null, null, null, '', null, null]],
])('%s', (url, expected) => {
  expect(parts(url)).toEqual(expected);
});

test.each(['not a url', 'http://', 'http:', ':x', '1http://x', 'http://a b', 'http://x/%zz', 'http://x/a|b', 'http://x/?a"b', 'http://[::1', 'http://x/[1]', 'a:b\\c', '{x}'])('%j is not valid', (url) => {
  expect(() => run('URL_EXTRACT_HOST', url)).toThrow(EvaluationError);
});

test('parameters', () => {
  const url = 'http://h/?a=1&a=2&flag&empty=&b=c+d&x%3Dy=z';
  expect(['a', 'flag', 'empty', 'b', 'none', 'x'].map((name) => run('URL_EXTRACT_PARAMETER', url, name))).toEqual(['1', '', '', 'c+d', null, 'y=z']);
  expect(run('URL_EXTRACT_PARAMETER', 'http://h/', 'a')).toBeNull();
});

test('form encoding', () => {
  expect(run('URL_ENCODE_PARAM', "a b&é😀~*-_.'")).toBe('a+b%26%C3%A9%F0%9F%98%80%7E*-_.%27');
  expect(run('URL_DECODE_PARAM', 'a+b%26%C3%A9%F0%9F%98%80')).toBe('a b&é😀');
  expect(run('URL_DECODE_PARAM', '%ff')).toBe('\ufffd');
  for (const broken of ['%', '%2', '%zz', 'a%g1']) expect(() => run('URL_DECODE_PARAM', broken)).toThrow(EvaluationError);
});
