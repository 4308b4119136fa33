import { compiledEquals } from '../../../types/index.js';
import { arrayTypeOf } from '../../argument-types.js';
import { boundVariant, p, scalar, t } from '../../define.js';

export const arrayRemove = scalar({
  name: 'ARRAY_REMOVE',
  category: 'ARRAY',
  description: 'The array without the elements that equal the value; null removes the nulls.',
  examples: [{ sql: "ARRAY_REMOVE(ARRAY['a', 'b', 'a'], 'a')", result: '[b]' }],
  variants: [
    boundVariant({
      parameters: [p.array(t.generic('T'), 'items'), p.generic('T', 'value')],
      returns: t.array(t.generic('T')),
      nulls: 'called',
      bind: ({ argumentTypes }) => {
        const equal = compiledEquals(arrayTypeOf(argumentTypes[0]).item);
        return (items, value) => (items === null ? null : items.filter((item) => !equal(item, value)));
      },
    }),
  ],
});
