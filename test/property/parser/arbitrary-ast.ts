import fc from 'fast-check';
import { BIGINT, BOOLEAN, BYTES, DATE, DOUBLE, INTEGER, STRING, TIME, TIMESTAMP } from '../../../src/types/index.js';
import { printExpression, type Expression, type Literal, type TypeNode } from '../../../src/parser/index.js';

/** Trees as the parser makes them; spans do not matter and are all the same. */
export const span = { start: 0, end: 0, line: 1, column: 0 };

export const names = fc.oneof(
  fc.constantFrom('A', 'B', 'ID', 'X', 'Y'),
  fc.constantFrom('FROM', 'DAY', 'DAYS', 'MAP', 'ARRAY', 'STRUCT', 'EMIT', 'PARTITION', 'IF', 'KEY', 'DECIMAL', 'CASE', '1ABC', '1E5', '12', 'lower', 'a b', 'q`t', 'd"q', "s'q"),
  fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }),
);
export const sourceNames = fc.stringMatching(/^[a-zA-Z0-9_-]{1,6}$/);
const digits = fc.stringMatching(/^\d{1,12}$/);
const signs = fc.constantFrom('', '-');

export const literals: fc.Arbitrary<Literal> = fc.oneof(
  fc.constant<Literal>({ kind: 'null', span }),
  fc.boolean().map((value): Literal => ({ kind: 'boolean', value, span })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Literal => ({ kind: 'integer', value, span })),
  fc.tuple(signs, digits, fc.option(digits)).map(([sign, whole, part]): Literal => ({ kind: 'decimal', text: part === null ? sign + whole : `${sign}${whole}.${part}`, span })),
  fc.tuple(signs, digits, fc.integer({ min: -300, max: 290 })).map(([sign, whole, exponent]): Literal => {
    const text = `${sign}${whole}E${exponent}`;
    return { kind: 'double', value: Number(text), text, span };
  }),
  fc.string({ maxLength: 8, unit: 'binary' }).map((value): Literal => ({ kind: 'string', value, span })),
);

const primitives = fc.constantFrom(BOOLEAN, INTEGER, BIGINT, DOUBLE, STRING, BYTES, DATE, TIME, TIMESTAMP).map((type): TypeNode => ({ kind: 'primitiveType', type, span }));
const BUILT_IN = new Set(['BOOLEAN', 'INTEGER', 'INT', 'BIGINT', 'DOUBLE', 'STRING', 'VARCHAR', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP']);
export const types: fc.Arbitrary<TypeNode> = fc.letrec<{ type: TypeNode }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'type' },
    primitives,
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(40)).map(([precision, scale]): TypeNode => ({ kind: 'decimalType', precision, scale: Math.min(precision, scale), span })),
    names.filter((name) => !BUILT_IN.has(name)).map((name): TypeNode => ({ kind: 'namedType', name, span })),
    tie('type').map((item): TypeNode => ({ kind: 'arrayType', item, span })),
    fc.tuple(tie('type'), tie('type')).map(([key, value]): TypeNode => ({ kind: 'mapType', key, value, span })),
    fc.array(fc.record({ name: names, type: tie('type') }), { maxLength: 3 }).map((fields): TypeNode => ({ kind: 'structType', fields, span })),
  ),
})).type;

const units = fc.constantFrom('DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS').map((unit): Expression => ({ kind: 'unit', unit, span }));

/** Expressions before their names are bound to the lambdas around them. */
const unbound: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression; leaf: Expression }>((tie) => {
  const node = tie('node');
  const list = (minLength: number, maxLength = 3): fc.Arbitrary<Expression[]> => fc.array(node, { minLength, maxLength });
  const branches = fc.array(fc.record({ kind: fc.constant('when' as const), condition: node, result: node, span: fc.constant(span) }), { minLength: 1, maxLength: 2 });
  const lambdas = fc.tuple(fc.uniqueArray(names, { minLength: 1, maxLength: 2 }), node).map(([parameters, body]): Expression => ({ kind: 'lambda', parameters, body, span }));
  return {
    leaf: fc.oneof(literals, fc.tuple(fc.option(names), names).map(([source, name]): Expression => ({ kind: 'column', source, name, span }))),
    node: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'expression' },
      tie('leaf'),
      fc.tuple(fc.constantFrom('+', '-', '*', '/', '%'), node, node).map(([operator, left, right]): Expression => ({ kind: 'arithmetic', operator, left, right, span })),
      fc.tuple(fc.constantFrom('AND', 'OR'), node, node).map(([operator, left, right]): Expression => ({ kind: 'logical', operator, left, right, span })),
      fc.tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM'), node, node).map(([operator, left, right]): Expression => ({ kind: 'comparison', operator, left, right, span })),
      fc.tuple(fc.constantFrom('+', '-'), node).map(([operator, operand]): Expression => ({ kind: 'sign', operator, operand, span })),
      node.map((operand): Expression => ({ kind: 'not', operand, span })),
      fc.tuple(node, node, node).map(([value, low, high]): Expression => ({ kind: 'between', value, low, high, span })),
      fc.tuple(node, list(1)).map(([value, items]): Expression => ({ kind: 'in', value, items, span })),
      fc.tuple(node, node, fc.option(fc.constantFrom('!', "'", '\\'))).map(([value, pattern, escape]): Expression => ({ kind: 'like', value, pattern, escape, span })),
      fc.tuple(node, fc.boolean()).map(([operand, negated]): Expression => ({ kind: 'isNull', operand, negated, span })),
      fc.tuple(branches, fc.option(node)).map(([cases, otherwise]): Expression => ({ kind: 'case', branches: cases, otherwise, span })),
      fc.tuple(node, branches, fc.option(node)).map(([operand, cases, otherwise]): Expression => ({ kind: 'simpleCase', operand, branches: cases, otherwise, span })),
      fc.tuple(node, types).map(([operand, type]): Expression => ({ kind: 'cast', operand, type, span })),
      list(0).map((items): Expression => ({ kind: 'array', items, span })),
      fc.uniqueArray(fc.record({ key: node, value: node }), { maxLength: 2, selector: (entry) => printExpression(unqualified(entry.key)) }).map((entries): Expression => ({ kind: 'map', entries, span })),
      fc.array(fc.record({ name: names, value: node }), { maxLength: 2 }).map((fields): Expression => ({ kind: 'struct', fields, span })),
      fc.tuple(names, fc.array(fc.oneof({ weight: 5, arbitrary: node }, { weight: 1, arbitrary: units }), { minLength: 1, maxLength: 3 }), fc.array(lambdas, { maxLength: 2 }))
        .map(([name, ordinary, trailing]): Expression => ({ kind: 'call', name, arguments: [...ordinary, ...trailing], span })),
      names.map((name): Expression => ({ kind: 'call', name, arguments: [], span })),
      fc.tuple(node, node).map(([base, index]): Expression => ({ kind: 'subscript', base, index, span })),
      fc.tuple(node, names).map(([base, field]): Expression => ({ kind: 'dereference', base, field, span })),
      fc.tuple(node, fc.string({ maxLength: 4 })).map(([operand, zone]): Expression => ({ kind: 'atTimeZone', operand, zone, span })),
    ),
  };
}).node;

/** Without the qualifiers that `bind` will replace: keys of a map must differ in more than these. */
function unqualified(node: Expression): Expression {
  return bind(node, [], []) as Expression;
}

/** Inside a lambda, a bare name equal to a parameter is that parameter. */
function bind(value: unknown, scope: readonly string[], qualifiers: readonly string[] | null): unknown {
  if (Array.isArray(value)) return value.map((each) => bind(each, scope, qualifiers));
  if (typeof value !== 'object' || value === null) return value;
  const node: Record<string, unknown> = { ...value };
  if (node['kind'] === 'column') {
    const isQualified = node['source'] !== null && qualifiers?.length !== 0;
    const name = String(node['name']);
    if (!isQualified) return scope.includes(name) ? { kind: 'lambdaVariable', name, span } : { kind: 'column', source: null, name, span };
    return qualifiers === null ? node : { ...node, source: qualifiers[String(node['name']).length % qualifiers.length] };
  }
  const inner = node['kind'] === 'lambda' && Array.isArray(node['parameters']) ? [...scope, ...node['parameters'].map(String)] : scope;
  return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, bind(each, inner, qualifiers)]));
}

/** Expressions whose qualified columns belong to one of the given sources; null: to any. An empty list: no qualified columns. */
export function expressions(qualifiers: readonly string[] | null): fc.Arbitrary<Expression> {
  // `bind` keeps the shape of the tree: it only renames columns and turns some into lambda variables.
  return unbound.map((node) => bind(node, [], qualifiers) as Expression);
}
