import { assertNever } from '../../errors/index.js';
import type { Expression } from '../../parser/index.js';

/** The direct parts of an expression, in written order. */
export function partsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'null':
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'double':
    case 'string':
    case 'column':
    case 'lambdaVariable':
    case 'unit':
      return [];
    case 'arithmetic':
    case 'comparison':
    case 'logical':
      return [node.left, node.right];
    case 'sign':
    case 'not':
    case 'isNull':
    case 'cast':
    case 'atTimeZone':
      return [node.operand];
    case 'between':
      return [node.value, node.low, node.high];
    case 'in':
      return [node.value, ...node.items];
    case 'like':
      return [node.value, node.pattern];
    case 'case':
    case 'simpleCase':
      return [
        ...(node.kind === 'simpleCase' ? [node.operand] : []),
        ...node.branches.flatMap((branch) => [branch.condition, branch.result]),
        ...(node.otherwise === null ? [] : [node.otherwise]),
      ];
    case 'array':
      return node.items;
    case 'map':
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'struct':
      return node.fields.map((field) => field.value);
    case 'call':
      return node.arguments;
    case 'subscript':
      return [node.base, node.index];
    case 'dereference':
      return [node.base];
    case 'lambda':
      return [node.body];
    default:
      return assertNever(node);
  }
}

/** Visits an expression and its parts, outermost first. Parts of a node for which `visit` returns false are left out. */
export function walkExpression(node: Expression, visit: (part: Expression) => boolean | void): void {
  if (visit(node) === false) return;
  for (const part of partsOf(node)) walkExpression(part, visit);
}

/**
 * A copy with parts replaced: where `replace` gives an expression it stands for the part as a whole, where it gives null
 * the part is kept and its own parts are asked.
 */
export function replaceParts(node: Expression, replace: (part: Expression) => Expression | null): Expression {
  return replace(node) ?? mapParts(node, (part) => replaceParts(part, replace));
}

function mapParts(node: Expression, map: (part: Expression) => Expression): Expression {
  switch (node.kind) {
    case 'null':
    case 'boolean':
    case 'integer':
    case 'decimal':
    case 'double':
    case 'string':
    case 'column':
    case 'lambdaVariable':
    case 'unit':
      return node;
    case 'arithmetic':
    case 'comparison':
    case 'logical':
      return { ...node, left: map(node.left), right: map(node.right) };
    case 'sign':
    case 'not':
    case 'isNull':
    case 'cast':
    case 'atTimeZone':
      return { ...node, operand: map(node.operand) };
    case 'between':
      return { ...node, value: map(node.value), low: map(node.low), high: map(node.high) };
    case 'in':
      return { ...node, value: map(node.value), items: node.items.map(map) };
    case 'like':
      return { ...node, value: map(node.value), pattern: map(node.pattern) };
    case 'case':
      return { ...node, branches: mapBranches(node.branches, map), otherwise: node.otherwise === null ? null : map(node.otherwise) };
    case 'simpleCase':
      return {
        ...node,
        operand: map(node.operand),
        branches: mapBranches(node.branches, map),
        otherwise: node.otherwise === null ? null : map(node.otherwise),
      };
    case 'array':
      return { ...node, items: node.items.map(map) };
    case 'map':
      return { ...node, entries: node.entries.map((entry) => ({ key: map(entry.key), value: map(entry.value) })) };
    case 'struct':
      return { ...node, fields: node.fields.map((field) => ({ name: field.name, value: map(field.value) })) };
    case 'call':
      return { ...node, arguments: node.arguments.map(map) };
    case 'subscript':
      return { ...node, base: map(node.base), index: map(node.index) };
    case 'dereference':
      return { ...node, base: map(node.base) };
    case 'lambda':
      return { ...node, body: map(node.body) };
    default:
      return assertNever(node);
  }
}

function mapBranches<B extends { readonly condition: Expression; readonly result: Expression }>(
  branches: readonly B[],
  map: (part: Expression) => Expression,
): readonly B[] {
  return branches.map((branch) => ({ ...branch, condition: map(branch.condition), result: map(branch.result) }));
}
