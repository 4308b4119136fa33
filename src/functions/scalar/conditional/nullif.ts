import { compiledEquals } from '../../../types/index.js';
import { boundVariant, p, scalar, t } from '../../define.js';

export const nullif = scalar({
  name: 'NULLIF',
  category: 'CONDITIONAL',
  description: 'Null when both arguments are equal, else the first.',
  examples: [
    { sql: "NULLIF('a', 'b')", result: 'a' },
    { sql: "NULLIF('a', 'a')", result: null },
  ],
  variants: [
    boundVariant({
      parameters: [p.generic('T', 'value'), p.generic('T', 'refused')],
      returns: t.generic('T'),
      nulls: 'called',
      bind: ({ returnType }) => {
        const equal = compiledEquals(returnType);
        return (value, refused) => (equal(value, refused) ? null : value);
      },
    }),
  ],
});
