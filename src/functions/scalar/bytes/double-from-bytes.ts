import { scalar, t } from '../../define.js';
import { numberFromBytes } from './number-from-bytes.js';

export const doubleFromBytes = scalar({
  name: 'DOUBLE_FROM_BYTES',
  category: 'CONVERSIONS',
  description: 'The DOUBLE held in 8 bytes, in IEEE 754 form.',
  examples: [{ sql: "DOUBLE_FROM_BYTES(TO_BYTES('3FF8000000000000', 'hex'))", result: '1.5' }],
  variants: numberFromBytes(t.double, 8, (view, littleEndian) => view.getFloat64(0, littleEndian)),
});
