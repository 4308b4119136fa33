import { compareValues, type SqlType, type SqlValue } from '../../../types/index.js';
import { arrayTypeOf, requireComparable } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import type { ArgumentType } from '../../entry.js';

const DIRECTIONS: ReadonlyMap<string, 1 | -1> = new Map([['ASC', 1], ['ASCENDING', 1], ['DESC', -1], ['DESCENDING', -1]]);

function elementTypeOf(argument: ArgumentType | undefined): SqlType {
  const { item } = arrayTypeOf(argument);
  requireComparable('ARRAY_SORT', item);
  return item;
}

/** Nulls go last in both directions. The argument stays as it is (ksqlDB sorts it in place, which other columns then see). */
function sorted(type: SqlType, items: readonly SqlValue[], sign: 1 | -1): readonly SqlValue[] {
  return items.toSorted((a, b) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return compareValues(type, a, b) * sign;
  });
}

export const arraySort = scalar({
  name: 'ARRAY_SORT',
  category: 'ARRAY',
  description: "The elements in order, nulls last. The direction is 'ASC' (as without one) or 'DESC'; another one gives null.",
  examples: [
    { sql: 'ARRAY_SORT(ARRAY[2, NULL, 1])', result: '[1, 2, null]' },
    { sql: "ARRAY_SORT(ARRAY[2, NULL, 1], 'DESC')", result: '[2, 1, null]' },
  ],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const type = elementTypeOf(argumentTypes[0]);
        return (items) => sorted(type, items, 1);
      },
    }),
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items'), p.string('direction')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const type = elementTypeOf(argumentTypes[0]);
        return (items, direction) => {
          const sign = DIRECTIONS.get(direction.toUpperCase());
          return sign === undefined ? null : sorted(type, items, sign);
        };
      },
    }),
  ],
});
