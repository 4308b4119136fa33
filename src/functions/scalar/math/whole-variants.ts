import { boundVariant, p, sameTypeAs, t, variant } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';
import { roundDigits } from './decimal-rounding.js';
import { scaleOf } from './scale-of.js';

/** CEIL and FLOOR: the type stays, so whole numbers stay as they are and decimals keep their zeros. */
export function wholeVariants(evaluate: (value: number) => number, rounding: 'floor' | 'ceiling'): readonly ScalarVariant[] {
  return [
    variant({ parameters: [p.integer('value')], returns: t.integer, nulls: 'propagate', evaluate: (value) => value }),
    variant({ parameters: [p.bigint('value')], returns: t.bigint, nulls: 'propagate', evaluate: (value) => value }),
    variant({ parameters: [p.double('value')], returns: t.double, nulls: 'propagate', evaluate }),
    boundVariant({
      parameters: [p.decimal('value')],
      returns: sameTypeAs(0, t.decimal),
      nulls: 'propagate',
      bind: ({ argumentTypes }) => {
        const scale = scaleOf(argumentTypes[0]);
        return (value) => roundDigits(value, scale, 0, rounding);
      },
    }),
  ];
}
