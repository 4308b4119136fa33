import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearestWord, nearestWords } from '../../../src/errors/index.js';

test.each([['', 'abc', 3], ['kitten', 'sitting', 3], ['FORM', 'from', 1], ['a', 'A', 0], ['abc', 'abcd', 1]])('distance of %s and %s is %i', (left, right, distance) => {
  expect(editDistance(left, right)).toBe(distance);
  expect(editDistance(right, left)).toBe(distance);
});

test('stops counting above the limit', () => {
  expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  expect(editDistance('a', 'abcdef', 2)).toBe(3);
});

test('suggests what is near, nearest first; short words only when equal but for case', () => {
  expect(nearestWords('STREM', ['STREAMS', 'STREAM', 'TABLE'])).toEqual(['STREAM']);
  expect(nearestWord('ordrs', ['CUSTOMERS', 'ORDERS'])).toBe('ORDERS');
  expect(nearestWord('a', ['AT', 'AS'])).toBeNull();
  expect(nearestWord('id', ['ID'])).toBe('ID');
});

test('the sentence', () => {
  expect(didYouMean('ABCDEFGHI', ['ABCDEFGHX', 'ABCDEFGXX', 'ABCDEFGYY', 'Z'])).toBe("Did you mean 'ABCDEFGHX', 'ABCDEFGXX' or 'ABCDEFGYY'?");
  expect(didYouMean('FORM', ['FROM'])).toBe("Did you mean 'FROM'?");
  expect(didYouMean('FORM', ['SELECT'])).toBeNull();
});
