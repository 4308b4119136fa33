import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { distinct, identityOf } from '../../identity.js';

export const arrayExcept = scalar({
  name: 'ARRAY_EXCEPT',
  category: 'ARRAY',
  description: 'The distinct elements of the first array that the second does not hold, in order of first appearance.',
  examples: [{ sql: 'ARRAY_EXCEPT(ARRAY[1, 2, 3, 1, 2], ARRAY[2, 3])', result: '[1]' }],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'left'), p.array(t.generic('T'), 'right')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const identity = identityOf(arrayTypeOf(argumentTypes[0]).item);
        return (left, right) => {
          const refused = new Set(right.map(identity));
          return distinct(left.filter((item) => !refused.has(identity(item))), identity);
        };
      },
    }),
  ],
});
