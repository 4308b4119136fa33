import { boundVariant, p, scalar, t, variadic, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { bytesJoiner, presentOf } from '../bytes/join-bytes.js';

function requireValues(values: readonly unknown[]): void {
  if (values.length === 0) throw new EvaluationError('Function Concat_ws expects at least two input arguments.');
}

export const concatWs = scalar({
  name: 'CONCAT_WS',
  category: 'STRING',
  description: 'The values with the separator between them; null values are skipped, a null separator gives null.',
  examples: [{ sql: "CONCAT_WS(', ', 'apple', CAST(NULL AS STRING), 'fig')", result: 'apple, fig' }],
  variants: [
    variant({
      parameters: [p.string('separator'), variadic(p.string('texts'))],
      returns: t.string,
      nulls: 'called',
      evaluate: (separator, ...texts) => {
        requireValues(texts);
        return separator === null ? null : presentOf(texts).join(separator);
      },
    }),
    boundVariant({
      parameters: [p.bytes('separator'), variadic(p.bytes('values'))],
      returns: t.bytes,
      nulls: 'called',
      bind: ({ context }) => {
        const join = bytesJoiner(context);
        return (separator, ...values) => {
          requireValues(values);
          return separator === null ? null : join(presentOf(values), separator);
        };
      },
    }),
  ],
});
