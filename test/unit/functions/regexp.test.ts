import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import { compileJavaRegex } from '../../../src/functions/java-regex/java-regex.js';
import { INTEGER, STRING, type SqlValue } from '../../../src/types/index.js';
import { given, valueOf } from './harness.js';

const run = (name: string, ...values: (string | number | null)[]): SqlValue => valueOf(name, ...values.map((value) => given(typeof value === 'number' ? INTEGER : STRING, value)));
const matches = (pattern: string, text: string): string[] => Array.from(compileJavaRegex(pattern).findAll(text), ({ groups }) => groups[0] ?? '');

describe("Java's syntax", () => {
  test.each<[string, string, string[]]>([
    ['a.c', 'abc a\nc a\u0085c', ['abc']],
    ['(?s)a.c', 'a\nc', ['a\nc']],
    ['(?i)h\\w+', 'HELLO É', ['HELLO']],
    ['(?i)é', 'É', []],
    ['(?iu)é', 'É', ['É']],
    ['(?i:a)B', 'AB Ab', ['AB']],
    ['\\p{Alpha}+\\p{Digit}', 'é1ab1', ['ab1']],
    ['\\p{Lu}\\P{Lu}', 'AbÉé', ['Ab', 'Éé']],
    ['\\p{IsLatin}+', 'éa日', ['éa']],
    ['[a-z&&[^aeiou]]+', 'hello', ['h', 'll']],
    ['[a-c[x-z]]+', 'abxyq', ['abxy']],
    ['[\\d\\s&&[^5]]+', '45 6', ['4', ' 6']],
    ['[]a]+', ']a', [']a']],
    ['[^\\W_]+', 'a_b', ['a', 'b']],
    ['\\h+', 'a\u00a0\tb', ['\u00a0\t']],
    ['\\s', '\u000b', ['\u000b']],
    ['\\R', 'a\r\nb\u2028', ['\r\n', '\u2028']],
    ['\\Qa.b\\E+', 'a.bb', ['a.bb']],
    ['a*+b', 'aab', ['aab']],
    ['[^"]++"', 'ab"', ['ab"']],
    ['\\x41\\u0042\\t\\0101', 'AB\tA', ['AB\tA']],
    ['\\ud83d\\ude00', '😀', ['😀']],
    ['(?x) a b # comment', 'ab', ['ab']],
    ['^b', 'a\nb', []],
    ['(?m)^b', 'a\nb', ['b']],
    ['b$', 'ab\n', ['b']],
    ['b\\z', 'ab\n', []],
    ['a{2,3}?', 'aaaa', ['aa', 'aa']],
    ['x*', '😀', ['', '', '']],
    ['}]', '}]', ['}]']],
  ])('%s in %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toEqual(expected);
  });

  test.each(['[bad', '(', ')', 'a**', '+a', 'a{', 'a{2,1}', '[z-a]', '\\', '\\y', '\\p{Nope}', '\\pQ', '(?<n', '(?z)', '(a)\\1', '(?=a)', '(?!a)', '(?<=a)', '(?>a)', 'a++a', '(ab)*+a', 'a{1001}', '(?'])('%s is refused', (pattern) => {
    expect(() => compileJavaRegex(pattern)).toThrow(EvaluationError);
  });
  test('deep nesting is refused, not run', () => {
    expect(() => compileJavaRegex('('.repeat(100_000))).toThrow(EvaluationError);
  });
});

describe('functions', () => {
  test('REGEXP_EXTRACT', () => {
    expect(run('REGEXP_EXTRACT', '(\\w)(\\d)?', 'a1', 2)).toBe('1');
    expect(run('REGEXP_EXTRACT', '(\\w)(\\d)?', 'a', 2)).toBeNull();
    expect(run('REGEXP_EXTRACT', '\\d', 'a')).toBeNull();
    expect(run('REGEXP_EXTRACT', '\\d', '1', 1)).toBeNull();
    expect(() => run('REGEXP_EXTRACT', '\\d', '1', -1)).toThrow(EvaluationError);
    expect(() => run('REGEXP_EXTRACT', '[bad', '1')).toThrow('Invalid regular expression pattern');
  });
  test('REGEXP_EXTRACT_ALL', () => {
    expect(run('REGEXP_EXTRACT_ALL', '(a)|(b)', 'ab', 1)).toEqual(['a', null]);
    expect(run('REGEXP_EXTRACT_ALL', 'x', 'ab')).toEqual([]);
    expect(run('REGEXP_EXTRACT_ALL', 'x', 'ab', 1)).toBeNull();
  });
  test('REGEXP_REPLACE', () => {
    expect(run('REGEXP_REPLACE', 'a1b2', '([a-z])(\\d)', '$2$1')).toBe('1a2b');
    expect(run('REGEXP_REPLACE', 'ab', '(?<l>[a-z])', '<${l}>')).toBe('<a><b>');
    expect(run('REGEXP_REPLACE', 'ab', 'b', '\\$1\\\\')).toBe('a$1\\');
    expect(run('REGEXP_REPLACE', 'ab', '(a)', '$12')).toBe('a2b');
    expect(run('REGEXP_REPLACE', 'ab', 'x*', '-')).toBe('-a-b-');
    expect(run('REGEXP_REPLACE', 'zz', 'x', '$9')).toBe('zz');
    for (const wrong of ['$9', '$', '$x', '\\', '${no}']) expect(() => run('REGEXP_REPLACE', 'a', 'a', wrong)).toThrow(EvaluationError);
  });
  test('REGEXP_SPLIT_TO_ARRAY', () => {
    expect(run('REGEXP_SPLIT_TO_ARRAY', 'a1b22', '\\d')).toEqual(['a', 'b', '', '']);
    expect(run('REGEXP_SPLIT_TO_ARRAY', 'axbx', 'x*')).toEqual(['a', '', 'b']);
    expect(run('REGEXP_SPLIT_TO_ARRAY', 'ab', '')).toEqual(['a', 'b']);
    expect(run('REGEXP_SPLIT_TO_ARRAY', '', 'x')).toEqual(['']);
    expect(run('REGEXP_SPLIT_TO_ARRAY', '', 'x*')).toEqual(['']);
  });
});

/** Short texts may go to the fast engine, long ones always go to the linear one: both must say the same. */
test('both engines agree', () => {
  const atom = fc.constantFrom('a', 'b', '.', '\\d', '[^a]', '\\w', '[ab]', '(a)', '(b|ab)', '\\b', '^');
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '*?', '+?');
  const pattern = fc.array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 4 }).map((parts) => parts.map(([each, times]) => (each === '\\b' || each === '^' ? each : each + times)).join(''));
  const padding = ' '.repeat(2100);
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '1', '_', '😀'), maxLength: 12 }), (source, text) => {
      const regex = compileJavaRegex(source);
      const short = regex.find(text, 0);
      const long = regex.find(`${text}\n${padding}`, 0);
      const isWithin = (match: typeof short): boolean => match !== null && match.end <= text.length;
      // Behind the line end nothing of the text is reached, unless the pattern takes line ends.
      if (isWithin(short) && isWithin(long)) expect(long).toEqual(short);
      if (!isWithin(long) && long !== null) expect(long.start).toBeGreaterThanOrEqual(short?.start ?? 0);
    }),
    { numRuns: 500 },
  );
});

describe('no pattern can hang a query', () => {
  const evil = ['(a+)+$', '(a|a)*b', '(a|aa)+$', '(.*a){12}', 'a*a*a*a*a*b', '(a?){30}a{30}', '([a-z]+)*\\d', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y', '\\s*\\s*\\s*#', '.*.*.*=', 'a?a?a?a?a?a?a?a?aaaaaaaa'];
  test.each(evil)('%s', (pattern) => {
    for (const length of [1500, 20_000]) {
      const text = `${'a'.repeat(length)}!`;
      const start = process.hrtime.bigint();
      compileJavaRegex(pattern).find(text, 0);
      // Generous for a busy machine: a backtracking engine would need longer than the age of the universe.
      expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(2000);
    }
  });
});
