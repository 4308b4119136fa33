import { compareValues } from '../../../types/index.js';
import { arrayTypeOf, requireComparable } from '../../argument-types.js';
import { boundVariant, p, t, type Value } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';

/** ARRAY_MAX (sign 1) and ARRAY_MIN (sign −1): nulls are ignored; no element gives null. */
export function arrayExtreme(functionName: string, sign: 1 | -1): ScalarVariant {
  return boundVariant({
    parameters: [p.array(t.generic('T'), 'items')],
    returns: t.generic('T'),
    nulls: 'propagate',
    bind: ({ argumentTypes }) => {
      const { item: type } = arrayTypeOf(argumentTypes[0]);
      requireComparable(functionName, type);
      return (items) => {
        let best: Value | null = null;
        for (const item of items) {
          if (item !== null && (best === null || compareValues(type, item, best) * sign > 0)) best = item;
        }
        return best;
      };
    },
  });
}
