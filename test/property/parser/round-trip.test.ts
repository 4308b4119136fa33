import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MillraceError, renderError } from '../../../src/errors/index.js';
import {
  expectedTokens, highlightTokens, maskSecrets, parseExpression, parseScript, parseStatement, parseType, printExpression, printStatement, printType, splitStatements,
} from '../../../src/parser/index.js';
import { bare } from '../../unit/parser/bare.js';
import { expressions, types } from './arbitrary-ast.js';
import { statements } from './arbitrary-statements.js';

test('reading a printed expression gives it back', () => {
  fc.assert(fc.property(expressions(null), (node) => { expect(bare(parseExpression(printExpression(node)))).toEqual(bare(node)); }), { numRuns: 2000 });
});

test('reading a printed type gives it back', () => {
  fc.assert(fc.property(types, (node) => { expect(bare(parseType(printType(node)))).toEqual(bare(node)); }), { numRuns: 500 });
});

test('reading a printed statement gives it back', () => {
  fc.assert(fc.property(statements, (node) => { expect(bare(parseStatement(printStatement(node)))).toEqual(bare(node)); }), { numRuns: 2000 });
});

const PIECES = [
  'SELECT', 'FROM', 'CREATE', 'STREAM', 'AS', 'WITH', 'S', 'a', '`b`', '1', '1.5', "'x'", '(', ')', '[', ']', '<', '>', ',', ';', '.', '->', '=>', ':=', '=', '+',
  '-', '*', 'AND', 'NOT', 'IN', 'CASE', 'WHEN', 'END', 'CAST', 'ARRAY', 'MAP', 'STRUCT', 'WINDOW', 'GROUP', 'BY', '${v}', "'open", '/* open', '-- c\n', 'é',
];
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((parts) => parts.join(' ')));

test('any text is parsed or refused with a place and a message, and never breaks the tools around', () => {
  fc.assert(
    fc.property(text, (sql) => {
      try {
        for (const parsed of parseScript(sql, { tests: true })) void parsed.statement;
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error;
        expect(error.code).toBe('PARSE');
        expect(error.span?.start).toBeLessThanOrEqual(sql.length);
        expect(renderError(error, sql)).toContain('^');
      }
      expectedTokens(sql, sql.length);
      maskSecrets(sql);
      expect(highlightTokens(sql).every((each) => each.start < each.end)).toBe(true);
      expect(splitStatements(sql).every((part) => part.text === sql.slice(part.span.start, part.span.end))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
