import { expect, test } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import { array, decimal, INTEGER, STRING } from '../../../src/types/index.js';
import { given, rowsOf } from './harness.js';

test('explode keeps null elements', () => {
  expect(rowsOf('EXPLODE', given(array(INTEGER), [1, null]))).toEqual({ type: INTEGER, rows: [1, null] });
  expect(rowsOf('EXPLODE', given(array(decimal(4, 2)), [150]))).toEqual({ type: decimal(4, 2), rows: [150] });
  expect(rowsOf('EXPLODE', given(array(INTEGER), null)).rows).toBeNull();
  expect(() => rowsOf('EXPLODE', given(STRING, 'a'))).toThrow("Function 'explode'");
});

test('cube counts in binary, the last column first', () => {
  expect(rowsOf('CUBE_EXPLODE', given(array(INTEGER), [1, 2]))).toEqual({
    type: array(INTEGER),
    rows: [[null, null], [null, 2], [1, null], [1, 2]],
  });
  expect(rowsOf('CUBE_EXPLODE', given(array(INTEGER), [1, null, 3])).rows).toEqual([[null, null, null], [null, null, 3], [1, null, null], [1, null, 3]]);
  expect(rowsOf('CUBE_EXPLODE', given(array(INTEGER), [null])).rows).toEqual([[null]]);
  expect(rowsOf('CUBE_EXPLODE', given(array(INTEGER), [])).rows).toEqual([[]]);
  expect(rowsOf('CUBE_EXPLODE', given(array(INTEGER), null)).rows).toBeNull();
  expect(() => rowsOf('CUBE_EXPLODE', given(array(INTEGER), Array.from({ length: 21 }, () => null)))).toThrow(EvaluationError);
});
