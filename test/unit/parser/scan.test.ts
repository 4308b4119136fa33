import { expect, test } from 'vitest';
import { scan } from '../../../src/parser/scan.js';

const images = (text: string): string[] => scan(text).map((token) => token.image);
const kinds = (text: string): string[] => scan(text).map((token) => token.tokenType.name);

test('a bare -- swallows the line after it', () => {
  expect(images('a --\nb\nc')).toEqual(['a', 'c']);
  expect(images('a -- x\nb')).toEqual(['a', 'b']);
  expect(images('a --\r\nb')).toEqual(['a', 'b']);
});

test('directive comments are reported as such and hidden', () => {
  const seen: boolean[] = [];
  expect(scan('--@test: x\na --b\nc', (_start, _end, isDirective) => seen.push(isDirective)).map((token) => token.image)).toEqual(['a', 'c']);
  expect(seen).toEqual([true, false]);
});

test('block comments do not nest', () => {
  expect(images('/* a /* b */ c */')).toEqual(['c', '*', '/']);
});

test('strings double their quotes, know no backslash and span lines', () => {
  expect(images("'it''s' 'a\\' 'b\nc'")).toEqual(["'it''s'", "'a\\'", "'b\nc'"]);
});

test('numbers and names that begin with a digit', () => {
  expect(kinds('1 1. .5 1.5 1e3 1.5E-2 .5e+1')).toEqual(['IntegerValue', 'DecimalValue', 'DecimalValue', 'DecimalValue', 'FloatValue', 'FloatValue', 'FloatValue']);
  expect(kinds('1abc 1e3a 10e 5_')).toEqual(['DigitIdentifier', 'DigitIdentifier', 'DigitIdentifier', 'DigitIdentifier']);
});

test('keywords in any case keep their text', () => {
  expect(kinds('select Emit foo')).toEqual(['SELECT', 'EMIT', 'BareIdentifier']);
  expect(images('select Emit')).toEqual(['select', 'Emit']);
});

test('letters are A to Z only', () => {
  expect(kinds('é')).toEqual(['Unrecognized']);
  expect(images('a😀b')).toEqual(['a', '😀', 'b']);
});

test('two-character signs', () => {
  expect(images('a<>b!=c<=d>=e||f:=g->h=>i')).toEqual(['a', '<>', 'b', '!=', 'c', '<=', 'd', '>=', 'e', '||', 'f', ':=', 'g', '->', 'h', '=>', 'i']);
});

test('what is left open becomes one token to the end', () => {
  expect(kinds("a 'b")).toEqual(['BareIdentifier', 'OpenString']);
  expect(kinds('a `b')).toEqual(['BareIdentifier', 'OpenIdentifier']);
  expect(kinds('a /* b')).toEqual(['BareIdentifier', 'OpenComment']);
});

test('variables', () => {
  expect(kinds('${a} ${1} $')).toEqual(['Variable', 'Unrecognized', 'Unrecognized', 'IntegerValue', 'Unrecognized', 'Unrecognized']);
});
