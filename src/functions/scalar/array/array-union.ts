import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { distinct, identityOf } from '../../identity.js';

export const arrayUnion = scalar({
  name: 'ARRAY_UNION',
  category: 'ARRAY',
  description: 'The distinct elements of both arrays, in order of first appearance.',
  examples: [{ sql: 'ARRAY_UNION(ARRAY[1, 2, 2], ARRAY[2, 5])', result: '[1, 2, 5]' }],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'left'), p.array(t.generic('T'), 'right')],
      returns: t.array(t.generic('T')),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const identity = identityOf(arrayTypeOf(argumentTypes[0]).item);
        return (left, right) => distinct([...left, ...right], identity);
      },
    }),
  ],
});
