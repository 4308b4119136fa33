import { BindError } from '../../../errors/index.js';
import { BIGINT, decimal, doubleToLong, type SqlType } from '../../../types/index.js';
import { sqlTypeOf } from '../../argument-types.js';
import { boundVariant, p, primitive, sameTypeAs, t, variant } from '../../define.js';
import type { ArgumentType, ScalarVariant } from '../../entry.js';
import { roundDigits, roundDouble, roundToWhole } from './decimal-rounding.js';
import { scaleOf } from './scale-of.js';

function wholeDecimal(argument: ArgumentType | undefined): SqlType {
  const type = sqlTypeOf(argument);
  if (type.kind !== 'DECIMAL') return BIGINT;
  if (type.precision === type.scale) {
    throw new BindError('DECIMAL precision must be >= 1: DECIMAL(0,0)', { hint: 'Cast the value to a DECIMAL with digits before the point.' });
  }
  return decimal(type.precision - type.scale, 0);
}

/** ROUND and TRUNC: to a whole number, or to a number of places in the type of the value. */
export function roundingVariants(toWhole: (value: number) => number, rounding: 'nearest' | 'down'): readonly ScalarVariant[] {
  return [
    variant({ parameters: [primitive(p.integer('value'))], returns: t.bigint, nulls: 'called', evaluate: (value) => value }),
    variant({ parameters: [primitive(p.bigint('value'))], returns: t.bigint, nulls: 'called', evaluate: (value) => value }),
    variant({ parameters: [p.double('value')], returns: t.bigint, nulls: 'propagate', evaluate: (value) => doubleToLong(toWhole(value)) }),
    variant({
      parameters: [p.double('value'), p.integer('places')],
      returns: t.double,
      nulls: 'propagate',
      evaluate: (value, places) => roundDouble(value, places, rounding),
    }),
    boundVariant({
      parameters: [p.decimal('value')],
      returns: { declared: t.decimal, resolve: ([argument]) => wholeDecimal(argument) },
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const scale = scaleOf(argumentTypes[0]);
        return (value) => roundToWhole(value, scale, rounding);
      },
    }),
    boundVariant({
      parameters: [p.decimal('value'), p.integer('places')],
      returns: sameTypeAs(0, t.decimal),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const scale = scaleOf(argumentTypes[0]);
        return (value, places) => roundDigits(value, scale, places, rounding);
      },
    }),
  ];
}
