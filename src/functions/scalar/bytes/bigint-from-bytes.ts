import { canonicalLong, type Long } from '../../../types/index.js';
import { scalar, t } from '../../define.js';
import { numberFromBytes } from './number-from-bytes.js';

export const bigintFromBytes = scalar({
  name: 'BIGINT_FROM_BYTES',
  category: 'CONVERSIONS',
  description: 'The BIGINT held in 8 bytes.',
  examples: [{ sql: "BIGINT_FROM_BYTES(TO_BYTES('00000000000002A4', 'hex'))", result: '676' }],
  variants: numberFromBytes<Long>(t.bigint, 8, (view, littleEndian) => canonicalLong(view.getBigInt64(0, littleEndian))),
});
