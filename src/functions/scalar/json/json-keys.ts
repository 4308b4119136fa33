import { p, scalar, t, variant } from '../../define.js';
import { readJson } from './json-reader.js';
import { isObject } from './json-value.js';

export const jsonKeys = scalar({
  name: 'JSON_KEYS',
  category: 'JSON',
  description: 'The names of a JSON object; null for another JSON value.',
  examples: [{ sql: `JSON_KEYS('{"a": 1, "b": 2}')`, result: '[a, b]' }],
  variants: [
    variant({
      parameters: [p.string('object')],
      returns: t.array(t.string),
      nulls: 'propagate',
      evaluate: (object) => {
        const value = readJson(object);
        return isObject(value) ? [...value.keys()] : null;
      },
    }),
  ],
});
