import { scalar } from '../../define.js';
import { paddingVariants } from './padding.js';

export const lpad = scalar({
  name: 'LPAD',
  category: 'STRING',
  description: 'The input filled up at its start to a length with the padding; a longer one is cut at its end.',
  examples: [{ sql: "LPAD('Foo', 7, 'Bar')", result: 'BarBFoo' }],
  variants: paddingVariants('left'),
});
