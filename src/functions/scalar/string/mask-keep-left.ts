import { scalar } from '../../define.js';
import { maskPartVariants } from './masker.js';

export const maskKeepLeft = scalar({
  name: 'MASK_KEEP_LEFT',
  category: 'STRING',
  description: 'The text with all but its first n characters masked. See MASK for the masks.',
  examples: [{ sql: "MASK_KEEP_LEFT('My Test $123', 4)", result: 'My Txxx--nnn' }],
  variants: maskPartVariants('MASK_KEEP_LEFT', (length, n) => [n, length]),
});
