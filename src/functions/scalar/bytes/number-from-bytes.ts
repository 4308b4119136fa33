import { setReadPosition, type SqlValue } from '../../../types/index.js';
import { p, variant, type TypeSpec } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';

const ORDERS: ReadonlyMap<string, boolean> = new Map([['BIG_ENDIAN', false], ['LITTLE_ENDIAN', true]]);

/** INT_FROM_BYTES and its kin: exactly `size` bytes, big-endian unless said. */
export function numberFromBytes<V extends SqlValue>(
  returns: TypeSpec<V>,
  size: number,
  read: (view: DataView, littleEndian: boolean) => V,
): readonly ScalarVariant[] {
  const convert = (bytes: Uint8Array, littleEndian: boolean): V => {
    if (bytes.length !== size) throw new EvaluationError(`Number of bytes must be equal to ${size}, but found ${bytes.length}`);
    setReadPosition(bytes, size);
    return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), littleEndian);
  };
  return [
    variant({ parameters: [p.bytes('bytes')], returns, nulls: 'propagate', evaluate: (bytes) => convert(bytes, false) }),
    variant({
      parameters: [p.bytes('bytes'), p.string('byteOrder', "'BIG_ENDIAN' or 'LITTLE_ENDIAN', in any case")],
      returns,
      nulls: 'propagate',
      evaluate: (bytes, byteOrder) => {
        const littleEndian = ORDERS.get(byteOrder.toUpperCase());
        if (littleEndian === undefined) throw new EvaluationError(`Byte order must be BIG_ENDIAN or LITTLE_ENDIAN, not '${byteOrder}'.`);
        return convert(bytes, littleEndian);
      },
    }),
  ];
}
