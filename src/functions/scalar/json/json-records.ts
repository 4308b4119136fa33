import { p, scalar, t, variant } from '../../define.js';
import { readJson } from './json-reader.js';
import { jsonText } from './json-text.js';
import { isObject } from './json-value.js';

export const jsonRecords = scalar({
  name: 'JSON_RECORDS',
  category: 'JSON',
  description: 'The fields of a JSON object as a map: text without quotes, all else as JSON; null for another JSON value.',
  examples: [{ sql: `JSON_RECORDS('{"a": "x", "b": [1]}')`, result: '{a=x, b=[1]}' }],
  variants: [
    variant({
      parameters: [p.string('object')],
      returns: t.map(t.string, t.string),
      nulls: 'propagate',
      evaluate: (object) => {
        const value = readJson(object);
        if (!isObject(value)) return null;
        return new Map(Array.from(value, ([name, item]) => [name, typeof item === 'string' ? item : jsonText(item, 'scientific')]));
      },
    }),
  ],
});
