import { p, scalar, t, variant } from '../../define.js';
import { readJson } from './json-reader.js';
import { isArray } from './json-value.js';

export const jsonArrayLength = scalar({
  name: 'JSON_ARRAY_LENGTH',
  category: 'JSON',
  description: 'The number of elements of a JSON array; null for another JSON value.',
  examples: [{ sql: "JSON_ARRAY_LENGTH('[1, 2, 3]')", result: '3' }],
  variants: [
    variant({
      parameters: [p.string('array')],
      returns: t.integer,
      nulls: 'propagate',
      evaluate: (array) => {
        const value = readJson(array);
        return isArray(value) ? value.length : null;
      },
    }),
  ],
});
