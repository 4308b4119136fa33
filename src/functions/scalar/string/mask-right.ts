import { scalar } from '../../define.js';
import { maskPartVariants } from './masker.js';

export const maskRight = scalar({
  name: 'MASK_RIGHT',
  category: 'STRING',
  description: 'The text with its last n characters masked. See MASK for the masks.',
  examples: [{ sql: "MASK_RIGHT('My Test $123', 4)", result: 'My Test -nnn' }],
  variants: maskPartVariants('MASK_RIGHT', (length, n) => [length - n, length]),
});
