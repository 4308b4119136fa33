import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { distinct, identityOf } from '../../identity.js';

export const arrayDistinct = scalar({
  name: 'ARRAY_DISTINCT',
  category: 'ARRAY',
  description: 'The elements without repetitions, in order of first appearance. Null counts as a value.',
  examples: [{ sql: 'ARRAY_DISTINCT(ARRAY[1, 1, 2, 3, 1, 2])', result: '[1, 2, 3]' }],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const identity = identityOf(arrayTypeOf(argumentTypes[0]).item);
        return (items) => distinct(items, identity);
      },
    }),
  ],
});
