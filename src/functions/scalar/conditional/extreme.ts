import { atOwnScale, compareValues, longOf, ownScaleOf, rescaleDecimal, widerDecimal, type DecimalType, type Long, type SqlValue } from '../../../types/index.js';
import { sqlTypeOf } from '../../argument-types.js';
import { boundVariant, p, t, variadic, type TypeSpec, type Value } from '../../define.js';
import type { ArgumentType, CallSite, ScalarVariant } from '../../entry.js';
import { present } from '../../../errors/index.js';

/** GREATEST (sign 1) and LEAST (sign −1): nulls are ignored; null when all are. */
export function extremeVariants(sign: 1 | -1): readonly ScalarVariant[] {
  const plain = [t.integer, t.bigint, t.double, t.string, t.bytes, t.date, t.time, t.timestamp];
  return [...plain.map((type) => plainVariant(type, sign)), decimalVariant(sign)];
}

function plainVariant(type: TypeSpec<Value>, sign: 1 | -1): ScalarVariant {
  return boundVariant({
    parameters: [p.of(type, 'first'), variadic(p.of(type, 'others'))],
    returns: type,
    nulls: 'called',
    bind: ({ returnType }) =>
      (...values) => {
        let best: Value | null = null;
        for (const value of values) {
          if (value !== null && (best === null || compareValues(returnType, value, best) * sign > 0)) best = value;
        }
        return best;
      },
  });
}

const decimalsOf = (argumentTypes: readonly ArgumentType[]): readonly DecimalType[] =>
  argumentTypes.flatMap((type) => (type.kind === 'DECIMAL' ? [type] : []));

/** Arguments of different scales are compared at the scale of the result, which is wide enough for all of them. */
function decimalVariant(sign: 1 | -1): ScalarVariant {
  return boundVariant({
    parameters: [p.decimal('first'), variadic(p.decimal('others'))],
    returns: {
      declared: t.decimal,
      resolve: (argumentTypes) => {
        const [first, ...others] = decimalsOf(argumentTypes);
        return first === undefined ? sqlTypeOf(argumentTypes[0]) : others.reduce(widerDecimal, first);
      },
    },
    nulls: 'called',
    bind: (site) => {
      const best = bestOf(site, sign);
      return (...values) => best(values)?.unscaled ?? null;
    },
    bindAtOwnScale: (site) => {
      const best = bestOf(site, sign);
      const { returnType } = site;
      return (...values) => {
        const found = best(values.map((value) => (typeof value === 'function' ? null : value)));
        return found === null || returnType.kind !== 'DECIMAL' ? null : atOwnScale(found.unscaled, found.ownScale, returnType);
      };
    },
  });
}

interface Best {
  /** At the scale of the result. */
  readonly unscaled: Long;
  readonly ownScale: number;
}

function bestOf({ argumentTypes }: CallSite, sign: 1 | -1): (values: readonly SqlValue[]) => Best | null {
  const scales = argumentTypes.map((type) => (type.kind === 'DECIMAL' ? type.scale : 0));
  const resultScale = Math.max(...decimalsOf(argumentTypes).map(({ scale }) => scale));
  return (values) => {
    let best: Best | null = null;
    for (const [index, value] of values.entries()) {
      if (value === null) continue;
      const scale = scales[index] ?? 0;
      const unscaled = present(rescaleDecimal(longOf(value), scale, resultScale, 'UNNECESSARY'), 'a decimal at a greater scale');
      if (best === null || (sign > 0 ? unscaled > best.unscaled : unscaled < best.unscaled)) best = { unscaled, ownScale: ownScaleOf(value, scale) };
    }
    return best;
  };
}
