import { scalar } from '../../define.js';
import { maskVariants } from './masker.js';

export const mask = scalar({
  name: 'MASK',
  category: 'STRING',
  description: 'The text with its characters masked: upper-case letters by X, lower-case ones by x, digits by n, others by -, unless other masks are given.',
  examples: [
    { sql: "MASK('My Test $123')", result: 'Xx-Xxxx--nnn' },
    { sql: "MASK('My Test $123', '*', NULL, '1', NULL)", result: '*y *est $111' },
  ],
  variants: maskVariants(),
});
