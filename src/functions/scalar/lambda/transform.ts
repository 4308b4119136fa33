import { mapTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t, variant, type Value } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { identityOf } from '../../identity.js';
import { withinBudget } from './lambda-budget.js';

const entryLambda = (result: string) => t.lambda([t.generic('K'), t.generic('V')], t.generic(result));

export const transform = scalar({
  name: 'TRANSFORM',
  shownAs: 'transform',
  category: 'LAMBDA',
  description: 'A collection with every element, or every key and every value, replaced by what the lambdas make of it.',
  examples: [
    { sql: 'TRANSFORM(ARRAY[1, 2, 3], x => x * 10)', result: '[10, 20, 30]' },
    { sql: "TRANSFORM(MAP('a' := 1), (k, v) => UCASE(k), (k, v) => v + 1)", result: '{A=2}' },
  ],
  variants: [
    variant({
      parameters: [p.array(t.generic('T'), 'items'), p.of(t.lambda([t.generic('T')], t.generic('R')), 'change')],
      returns: t.array(t.generic('R')),
      nulls: 'called',
      evaluate: (items, change) => (items === null || change === null ? null : withinBudget(items.length, () => items.map((item) => change(item)))),
    }),
    boundVariant({
      parameters: [p.map(t.generic('K'), t.generic('V'), 'entries'), p.of(entryLambda('R'), 'newKey'), p.of(entryLambda('T'), 'newValue')],
      returns: t.map(t.generic('R'), t.generic('T')),
      nulls: 'called',
      bind: ({ returnType }) => {
        const identity = identityOf(mapTypeOf(returnType).key);
        return (entries, newKey, newValue) => {
          if (entries === null || newKey === null || newValue === null) return null;
          const seen = new Set<ReturnType<typeof identity>>();
          const result = new Map<Value, Value>();
          const changed = withinBudget(2 * entries.size, () => [...entries].map(([key, value]) => [newKey(key, value), newValue(key, value)] as const));
          for (const [changedKey, changedValue] of changed) {
            if (changedKey === null || changedValue === null) throw new EvaluationError('TRANSFORM gave a null key or value.');
            const identifier = identity(changedKey);
            if (seen.has(identifier)) throw new EvaluationError('TRANSFORM gave the same key twice.');
            seen.add(identifier);
            result.set(changedKey, changedValue);
          }
          return result;
        };
      },
    }),
  ],
});
