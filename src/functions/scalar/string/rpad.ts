import { scalar } from '../../define.js';
import { paddingVariants } from './padding.js';

export const rpad = scalar({
  name: 'RPAD',
  category: 'STRING',
  description: 'The input filled up at its end to a length with the padding; a longer one is cut at its end.',
  examples: [{ sql: "RPAD('Foo', 7, 'Bar')", result: 'FooBarB' }],
  variants: paddingVariants('right'),
});
