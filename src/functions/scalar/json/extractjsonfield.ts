import { boundVariant, p, scalar, t } from '../../define.js';
import { rememberLast } from '../../remember-last.js';
import { compileJsonPath } from './json-path.js';
import { readJson } from './json-reader.js';
import { jsonText } from './json-text.js';

export const extractjsonfield = scalar({
  name: 'EXTRACTJSONFIELD',
  category: 'JSON',
  description: 'The value at a path of a JSON document: text without quotes, all else as JSON; null when there is nothing.',
  examples: [
    { sql: `EXTRACTJSONFIELD('{"a": {"b": [10, 20]}}', '$.a.b[1]')`, result: '20' },
    { sql: `EXTRACTJSONFIELD('{"a b": "x"}', '$["a b"]')`, result: 'x' },
  ],
  variants: [
    boundVariant({
      parameters: [p.string('document'), p.string('path')],
      returns: t.string,
      nulls: 'propagate',
      bind: () => {
        const pathOf = rememberLast(compileJsonPath);
        return (document, path) => {
          const value = pathOf(path)(readJson(document));
          if (value === undefined) return null;
          return typeof value === 'string' ? value : jsonText(value, 'scientific');
        };
      },
    }),
  ],
});
