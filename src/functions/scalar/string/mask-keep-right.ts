import { scalar } from '../../define.js';
import { maskPartVariants } from './masker.js';

export const maskKeepRight = scalar({
  name: 'MASK_KEEP_RIGHT',
  category: 'STRING',
  description: 'The text with all but its last n characters masked. See MASK for the masks.',
  examples: [{ sql: "MASK_KEEP_RIGHT('My Test $123', 4)", result: 'Xx-Xxxx-$123' }],
  variants: maskPartVariants('MASK_KEEP_RIGHT', (length, n) => [0, length - n]),
});
