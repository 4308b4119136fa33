import { compareTexts } from '../../../types/index.js';
import { p, primitive, scalar, t, variant, type TypeSpec, type Value } from '../../define.js';
import type { ScalarVariant } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';

const entriesOf = (value: TypeSpec<Value>): ScalarVariant =>
  variant({
    parameters: [p.map(t.nullable(t.string), value, 'entries'), primitive(p.boolean('sorted', 'whether to order them by key'))],
    returns: t.array(t.struct(['K', t.nullable(t.string)], ['V', value])),
    nulls: 'called',
    evaluate: (entries, sorted) => {
      if (entries === null) return null;
      const pairs = [...entries];
      if (!sorted) return pairs;
      if (entries.has(null)) throw new EvaluationError('ENTRIES cannot sort a null key.');
      return pairs.toSorted(([a], [b]) => compareTexts(a ?? '', b ?? ''));
    },
  });

export const entries = scalar({
  name: 'ENTRIES',
  category: 'MAP',
  description: 'The entries of a map as an array of structs with the fields K and V.',
  examples: [{ sql: "ENTRIES(MAP('b' := 2, 'a' := 1), true)", result: '[Struct{K=a,V=1}, Struct{K=b,V=2}]' }],
  variants: [entriesOf(t.integer), entriesOf(t.bigint), entriesOf(t.double), entriesOf(t.boolean), entriesOf(t.string)],
});
