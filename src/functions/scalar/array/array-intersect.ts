import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { distinct, identityOf } from '../../identity.js';

export const arrayIntersect = scalar({
  name: 'ARRAY_INTERSECT',
  category: 'ARRAY',
  description: 'The distinct elements that both arrays hold, in their order in the first.',
  examples: [{ sql: 'ARRAY_INTERSECT(ARRAY[1, 2, 3, 1, 2], ARRAY[2, 1])', result: '[1, 2]' }],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'left'), p.array(t.generic('T'), 'right')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const identity = identityOf(arrayTypeOf(argumentTypes[0]).item);
        return (left, right) => {
          const shared = new Set(right.map(identity));
          return distinct(left.filter((item) => shared.has(identity(item))), identity);
        };
      },
    }),
  ],
});
