import { expect, test } from 'vitest';
import { BindError, PlanError, renderError, renderSpan } from '../../../src/errors/index.js';

test('message, line, caret and hint', () => {
  const sql = 'SELECT a\n\tFROM\tnope;';
  const error = new BindError('NOPE does not exist.', { span: { start: 15, end: 19, line: 2, column: 6 }, hint: 'Create it first.' });
  expect(renderError(error, sql)).toBe('error[BIND]: NOPE does not exist.\n  |\n2 | \tFROM\tnope;\n  | \t    \t^^^^\nhint: Create it first.');
});

test('without a place or without the text there are only message and hint', () => {
  expect(renderError(new PlanError('no', { hint: 'Yes.' }))).toBe('error[PLAN]: no\nhint: Yes.');
  expect(renderError(new PlanError('no', { span: { start: 0, end: 1, line: 1, column: 0 }, hint: 'Yes.' }))).toBe('error[PLAN]: no\nhint: Yes.');
  expect(renderError(new Error('x'))).toBe('error: x');
});

test('spans over several lines are marked to the end of their first line, empty ones by one caret', () => {
  expect(renderSpan({ start: 2, end: 9, line: 1, column: 2 }, 'a bcd\r\nefg')).toBe('  |\n1 | a bcd\n  |   ^^^');
  expect(renderSpan({ start: 5, end: 5, line: 1, column: 5 }, 'a bcd')).toBe('  |\n1 | a bcd\n  |      ^');
});

test('of long lines a part is shown', () => {
  const [, line, mark] = renderSpan({ start: 500, end: 503, line: 1, column: 500 }, `${'x'.repeat(500)}abc${'y'.repeat(500)}`).split('\n');
  expect(line?.length).toBeLessThan(130);
  expect(line?.slice(mark?.indexOf('^'), (mark?.lastIndexOf('^') ?? 0) + 1)).toBe('abc');
});
