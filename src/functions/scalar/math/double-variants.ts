import { p, t, variant } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';

/** A function of one number that gives a DOUBLE, for INTEGER, BIGINT and DOUBLE; a DECIMAL is cast to DOUBLE. */
export function doubleVariants(evaluate: (value: number) => number, name = 'value'): readonly ScalarVariant[] {
  return [
    variant({ parameters: [p.integer(name)], returns: t.double, nulls: 'propagate', evaluate }),
    variant({ parameters: [p.bigint(name)], returns: t.double, nulls: 'propagate', evaluate: (value) => evaluate(Number(value)) }),
    variant({ parameters: [p.double(name)], returns: t.double, nulls: 'propagate', evaluate }),
  ];
}

/** The same for two numbers of one type. */
export function doublePairVariants(evaluate: (a: number, b: number) => number, first: string, second: string): readonly ScalarVariant[] {
  return [
    variant({ parameters: [p.integer(first), p.integer(second)], returns: t.double, nulls: 'propagate', evaluate }),
    variant({ parameters: [p.bigint(first), p.bigint(second)], returns: t.double, nulls: 'propagate', evaluate: (a, b) => evaluate(Number(a), Number(b)) }),
    variant({ parameters: [p.double(first), p.double(second)], returns: t.double, nulls: 'propagate', evaluate }),
  ];
}
