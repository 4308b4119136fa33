import { p, scalar, t, variadic, variant } from '../../define.js';
import { readJson } from './json-reader.js';
import { jsonText } from './json-text.js';
import { isArray, isObject, type JsonValue } from './json-value.js';

export const jsonConcat = scalar({
  name: 'JSON_CONCAT',
  category: 'JSON',
  description: 'JSON objects as one, where the last of equal names wins; if not all are objects, one array of all elements.',
  examples: [
    { sql: `JSON_CONCAT('{"a": 1}', '{"b": 2}')`, result: '{"a":1,"b":2}' },
    { sql: "JSON_CONCAT('[1, 2]', '3')", result: '[1,2,3]' },
  ],
  variants: [
    variant({
      parameters: [variadic(p.string('documents'))],
      returns: t.string,
      nulls: 'propagate',
      evaluate: (...documents) => {
        if (documents.length === 0) return null;
        const values: JsonValue[] = [];
        for (const document of documents) {
          const value = readJson(document);
          if (value === undefined) return null;
          values.push(value);
        }
        const objects = values.filter(isObject);
        const joined = objects.length === values.length ? new Map(objects.flatMap((each) => [...each])) : values.flatMap((each) => (isArray(each) ? each : [each]));
        return jsonText(joined, 'plain');
      },
    }),
  ],
});
