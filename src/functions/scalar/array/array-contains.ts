import { compiledEquals } from '../../../types/index.js';
import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';

export const arrayContains = scalar({
  name: 'ARRAY_CONTAINS',
  category: 'ARRAY',
  description: 'Whether the array holds the value. A null value is found when an element is null; a null array holds nothing.',
  examples: [
    { sql: 'ARRAY_CONTAINS(ARRAY[1, 2, 3], 3)', result: 'true' },
    { sql: 'ARRAY_CONTAINS(ARRAY[1, 2, 3], 5)', result: 'false' },
  ],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items'), p.generic('T', 'value')],
      returns: t.boolean,
      nulls: 'called',
      bind: ({ argumentTypes }) => {
        const equal = compiledEquals(arrayTypeOf(argumentTypes[0]).item);
        return (items, value) => items !== null && items.some((item) => equal(item, value));
      },
    }),
  ],
});
