import { scalar, t } from '../../define.js';
import { numberFromBytes } from './number-from-bytes.js';

export const intFromBytes = scalar({
  name: 'INT_FROM_BYTES',
  category: 'CONVERSIONS',
  description: 'The INTEGER held in 4 bytes.',
  examples: [{ sql: "INT_FROM_BYTES(TO_BYTES('000002A4', 'hex'))", result: '676' }],
  variants: numberFromBytes(t.integer, 4, (view, littleEndian) => view.getInt32(0, littleEndian)),
});
