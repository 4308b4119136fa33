import type { Expression } from '../../parser/index.js';

/** More alternatives than this are not worth a lookup each. */
const MOST_DISJUNCTS = 1000;

/**
 * A condition as alternatives of conjunctions: BETWEEN as two bounds, IN as equalities. NOT stays as it is. Null where there
 * would be too many.
 */
export function disjunctsOf(condition: Expression): readonly (readonly Expression[])[] | null {
  switch (condition.kind) {
    case 'logical': {
      const left = disjunctsOf(condition.left);
      const right = disjunctsOf(condition.right);
      if (left === null || right === null) return null;
      const combined = condition.operator === 'OR' ? left.length + right.length : left.length * right.length;
      if (combined > MOST_DISJUNCTS) return null;
      return condition.operator === 'OR' ? [...left, ...right] : left.flatMap((a) => right.map((b) => [...a, ...b]));
    }
    case 'between': {
      const { value, low, high, span } = condition;
      return [
        [
          { kind: 'comparison', operator: '>=', left: value, right: low, span },
          { kind: 'comparison', operator: '<=', left: value, right: high, span },
        ],
      ];
    }
    case 'in':
      if (condition.items.length > MOST_DISJUNCTS) return null;
      return condition.items.map((item) => [{ kind: 'comparison', operator: '=', left: condition.value, right: item, span: condition.span }]);
    default:
      return [[condition]];
  }
}
