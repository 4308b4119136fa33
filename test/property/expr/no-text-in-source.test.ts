import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CodeBuilder, arrayOf, arrayScope, arithmetic, columnReference, comparison, dereference, doubleLiteral, emitGuarded, inList, integerLiteral, like, mapOf,
  stringLiteral, structOf, subscript, type BoundExpression,
} from '../../../src/expr/index.js';
import { STRING } from '../../../src/types/index.js';
import { environmentOf } from './random-expression.js';

// All that generated source may contain: invented identifiers, the parameters, a few words, numbers, operators.
const TOKEN = /^(?:[vkg]\d+|e\d+x?|key|row|const|let|return|if|else|try|catch|break|throw|null|true|false|Math\.imul|\d+|""|=>|===|!==|<=|>=|&&|\|\||[-+*/%<>=!?:;,.|()[\]{}])$/;

function isStrict(source: string): boolean {
  const tokens = source.match(/[A-Za-z_$][\w$.]*|\d+|""|=>|===|!==|<=|>=|&&|\|\||\S/g) ?? [];
  return tokens.every((token) => TOKEN.test(token));
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('`', '${process.exit()}', "');process.exit();('", '"', '\\', '\u2028', '*/', '__proto__', 'constructor', '"]; x; //', '\n', '}'),
);

function hostileExpression(text: string, name: string, long: bigint, double: number): BoundExpression {
  const column = columnReference('value', 0, { name, type: STRING });
  const fields = structOf([{ name, value: stringLiteral(text) }, { name: `${name}2`, value: doubleLiteral(double) }]);
  const items = arrayOf([dereference(fields, name), arithmetic('+', column, stringLiteral(text)), subscript(mapOf([{ key: stringLiteral(text), value: column }]), column)]);
  const bound = subscript(items, integerLiteral(BigInt.asIntN(31, long)));
  return structOf([
    { name, value: comparison('=', bound, stringLiteral(name)) },
    { name: `${name}b`, value: like(column, stringLiteral(text), text.length === 1 ? text : null) },
    { name: `${name}c`, value: inList(column, [stringLiteral(text), stringLiteral(name)]) },
    { name: `${name}d`, value: arithmetic('*', integerLiteral(long), integerLiteral(1n)) },
  ]);
}

test('source holds nothing of the texts and names of users', () => {
  fc.assert(
    fc.property(hostile, hostile, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double(), (text, name, long, double) => {
      const builder = new CodeBuilder(environmentOf(true));
      const target = { report: builder.constant(() => undefined), index: 0 };
      const value = emitGuarded(hostileExpression(text, name, long, double), builder, arrayScope('key', 'row'), { target });
      builder.line(`return ${value};`);
      const source = builder.source(['key', 'row']);
      if (!isStrict(source)) expect(source).toBe('strict');
      builder.build(['key', 'row']);
    }),
    { numRuns: 10_000 },
  );
});
