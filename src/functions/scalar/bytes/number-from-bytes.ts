import { setReadPosition, type SqlValue } from '../../../types/index.js';
import { boundVariant, p, type TypeSpec } from '../../define.js';
import type { FunctionContext, ScalarVariant } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';
import { leavesPositions } from './join-bytes.js';

const ORDERS: ReadonlyMap<string, boolean> = new Map([['BIG_ENDIAN', false], ['LITTLE_ENDIAN', true]]);

/** INT_FROM_BYTES and its kin: exactly `size` bytes, big-endian unless said. */
export function numberFromBytes<V extends SqlValue>(
  returns: TypeSpec<V>,
  size: number,
  read: (view: DataView, littleEndian: boolean) => V,
): readonly ScalarVariant[] {
  const converter = (context: FunctionContext): ((bytes: Uint8Array, littleEndian: boolean) => V) => {
    const moves = leavesPositions(context);
    return (bytes, littleEndian) => {
      if (bytes.length !== size) throw new EvaluationError(`Number of bytes must be equal to ${size}, but found ${bytes.length}`);
      if (moves) setReadPosition(bytes, size);
      return read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), littleEndian);
    };
  };
  return [
    boundVariant({
      parameters: [p.bytes('bytes')],
      returns,
      nulls: 'propagate',
      bind: ({ context }) => {
        const convert = converter(context);
        return (bytes) => convert(bytes, false);
      },
    }),
    boundVariant({
      parameters: [p.bytes('bytes'), p.string('byteOrder', "'BIG_ENDIAN' or 'LITTLE_ENDIAN', in any case")],
      returns,
      nulls: 'propagate',
      bind: ({ context }) => {
        const convert = converter(context);
        return (bytes, byteOrder) => {
          const littleEndian = ORDERS.get(byteOrder.toUpperCase());
          if (littleEndian === undefined) throw new EvaluationError(`Byte order must be BIG_ENDIAN or LITTLE_ENDIAN, not '${byteOrder}'.`);
          return convert(bytes, littleEndian);
        };
      },
    }),
  ];
}
