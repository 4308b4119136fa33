import { p, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { withinBudget } from './lambda-budget.js';

/** A predicate that says neither true nor false fails the call. */
function decided(keep: boolean | null): boolean {
  if (keep === null) throw new EvaluationError('The condition of FILTER gave null.');
  return keep;
}

/** As in ksqlDB, where a null value cannot be collected: keeping one fails the call. */
function collected<K, V>(entries: readonly (readonly [K, V | null])[]): ReadonlyMap<K, V | null> {
  if (entries.some(([, value]) => value === null)) throw new EvaluationError('FILTER cannot keep an entry whose value is null.');
  return new Map(entries);
}

export const filter = scalar({
  name: 'FILTER',
  shownAs: 'filter',
  category: 'LAMBDA',
  description: 'The elements or entries for which the lambda gives true.',
  examples: [
    { sql: 'FILTER(ARRAY[1, 2, 3], x => x > 1)', result: '[2, 3]' },
    { sql: "FILTER(MAP('a' := 1, 'b' := 2), (k, v) => v > 1)", result: '{b=2}' },
  ],
  variants: [
    variant({
      parameters: [p.array(t.generic('T'), 'items'), p.of(t.lambda([t.generic('T')], t.boolean), 'condition')],
      returns: t.array(t.generic('T')),
      nulls: 'called',
      evaluate: (items, condition) => (items === null || condition === null ? null : withinBudget(items.length, () => items.filter((item) => decided(condition(item))))),
    }),
    variant({
      parameters: [
        p.map(t.generic('K'), t.generic('V'), 'entries'),
        p.of(t.lambda([t.generic('K'), t.generic('V')], t.boolean), 'condition'),
      ],
      returns: t.map(t.generic('K'), t.generic('V')),
      nulls: 'called',
      evaluate: (entries, condition) =>
        entries === null || condition === null ? null : withinBudget(entries.size, () => collected([...entries].filter(([key, value]) => decided(condition(key, value))))),
    }),
  ],
});
