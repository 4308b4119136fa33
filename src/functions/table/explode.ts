import { arrayTypeOf } from '../argument-types.js';
import { p, t, tableFunction, tableVariant } from '../define.js';

export const explode = tableFunction({
  name: 'EXPLODE',
  shownAs: 'explode',
  description: 'One row per element of an array, nulls included; none for a null array.',
  examples: [{ sql: 'EXPLODE(ARRAY[1, NULL, 3])', result: '1\nnull\n3' }],
  variants: [
    tableVariant({
      parameters: [p.array(t.decimal, 'input')],
      returns: { declared: t.decimal, resolve: ([items]) => arrayTypeOf(items).item },
      bind: () => (items) => items,
    }),
    tableVariant({ parameters: [p.array(t.generic('T'), 'list')], returns: t.generic('T'), bind: () => (items) => items }),
  ],
});
