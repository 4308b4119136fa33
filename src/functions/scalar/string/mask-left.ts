import { scalar } from '../../define.js';
import { maskPartVariants } from './masker.js';

export const maskLeft = scalar({
  name: 'MASK_LEFT',
  category: 'STRING',
  description: 'The text with its first n characters masked. See MASK for the masks.',
  examples: [{ sql: "MASK_LEFT('My Test $123', 4)", result: 'Xx-Xest $123' }],
  variants: maskPartVariants('MASK_LEFT', (_length, n) => [0, n]),
});
