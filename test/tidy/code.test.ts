import { expect, test } from 'vitest';
import { sourceFiles, withoutCommentsAndStrings } from './tree.js';

const product = sourceFiles(['src', 'cli']);
const everything = sourceFiles(['src', 'cli', 'test', 'bench', 'examples']);

// Where the outside world is read: the compositions. Everything else gets it handed in.
const COMPOSITIONS = [/^src\/env\/system\.ts$/, /^cli\//, /^src\/worker\/worker\.ts$/, /^src\/testing\/[^/]+\/main\.ts$/];
const OUTSIDE = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|(?<!\.)\bsetTimeout\(|\bsetInterval\(|\bsetImmediate\(|\bprocess\.(env|hrtime|argv|exit)\b|\bperformance\.now\(|\brandomUUID\(|\brandomBytes\(/;

function linesMatching(pattern: RegExp, path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : []));
}

test('clock, randomness and environment are read in compositions only', () => {
  const wrong = product
    .filter((file) => !COMPOSITIONS.some((pattern) => pattern.test(file.path)))
    .flatMap((file) => linesMatching(OUTSIDE, file.path, withoutCommentsAndStrings(file.text)));
  expect(wrong).toEqual([]);
});

test('files stay below 500 lines', () => {
  expect(everything.filter((file) => file.text.split('\n').length > 501).map((file) => `${file.path} ${file.text.split('\n').length}`)).toEqual([]);
});

test('nothing unfinished is left behind', () => {
  const pattern = new RegExp(['FIX' + 'ME', 'TO' + 'DO', 'X' + 'XX', 'HA' + 'CK'].map((word) => `\\b${word}\\b`).join('|'));
  const focused = /\b(it|test|describe)\.(only|skip)\(/;
  const wrong = everything.flatMap((file) => [
    ...linesMatching(pattern, file.path, file.text),
    ...linesMatching(focused, file.path, withoutCommentsAndStrings(file.text)),
  ]);
  expect(wrong).toEqual([]);
});

test('no commented-out code', () => {
  const pattern = /^\s*\/\/.*(;|\{|\}|=>)\s*$/;
  const wrong = product.flatMap((file) => linesMatching(pattern, file.path, file.text)).filter((line) => /\/\/\s*(const|let|if|return|await|import|for|this\.|\}|[a-z]\w*\()/.test(line));
  expect(wrong).toEqual([]);
});

test('no casts to any, no suppressed checks, no default exports', () => {
  const pattern = /\bas any\b|:\s*any\b|<any>|as unknown as|@ts-(ignore|nocheck|expect-error)|eslint-disable|oxlint-disable|^export default/;
  const wrong = everything.filter((file) => !file.path.startsWith('test/tidy/')).flatMap((file) => linesMatching(pattern, file.path, withoutCommentsAndStrings(file.text)));
  expect(wrong).toEqual([]);
});
