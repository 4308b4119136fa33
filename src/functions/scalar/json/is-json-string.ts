import { p, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';
import { readJson } from './json-reader.js';

function isJson(text: string): boolean {
  try {
    return readJson(text) !== undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

export const isJsonString = scalar({
  name: 'IS_JSON_STRING',
  category: 'JSON',
  description: 'Whether a text begins with a JSON value; false for null and for an empty text.',
  examples: [
    { sql: "IS_JSON_STRING('[1, 2]')", result: 'true' },
    { sql: "IS_JSON_STRING('abc')", result: 'false' },
  ],
  variants: [variant({ parameters: [p.string('text')], returns: t.boolean, nulls: 'called', evaluate: (text) => text !== null && isJson(text) })],
});
