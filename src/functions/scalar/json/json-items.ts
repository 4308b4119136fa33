import { p, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { readJson } from './json-reader.js';
import { jsonText } from './json-text.js';
import { isArray } from './json-value.js';

export const jsonItems = scalar({
  name: 'JSON_ITEMS',
  category: 'JSON',
  description: 'The elements of a JSON array, each as JSON.',
  examples: [{ sql: `JSON_ITEMS('[1, "a", null]')`, result: '[1, "a", null]' }],
  variants: [
    variant({
      parameters: [p.string('array')],
      returns: t.array(t.string),
      nulls: 'propagate',
      evaluate: (array) => {
        const value = readJson(array);
        if (!isArray(value)) throw new EvaluationError('JSON_ITEMS needs a JSON array.');
        return value.map((item) => jsonText(item, 'plain'));
      },
    }),
  ],
});
