import { longOf, longToBigInt, type SqlValue } from '../../../types/index.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import type { ArgumentType } from '../../entry.js';
import { EvaluationError } from '../../evaluation-error.js';
import { JsonReader } from './json-reader.js';
import { JsonNumber, type JsonValue } from './json-value.js';

type Equals = (element: JsonValue, sought: SqlValue) => boolean;

/** Values are compared within their type only: 1 is not 1.0, and neither is '1'. */
function equalsFor({ kind }: ArgumentType): Equals {
  switch (kind) {
    case 'INTEGER':
    case 'BIGINT':
      return (element, sought) => element instanceof JsonNumber && element.isInteger && sought !== null && BigInt(element.text) === longToBigInt(longOf(sought));
    case 'DOUBLE':
      return (element, sought) => element instanceof JsonNumber && !element.isInteger && Object.is(Number(element.text), sought);
    case 'STRING':
    case 'BOOLEAN':
      return (element, sought) => element === sought;
    default:
      return () => false;
  }
}

function contains(text: string, isSought: (element: JsonValue) => boolean): boolean {
  try {
    // Elements are looked at while they are read: what comes after a find may be anything.
    for (const element of new JsonReader(text).elements()) if (isSought(element)) return true;
    return false;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

export const jsonArrayContains = scalar({
  name: 'JSON_ARRAY_CONTAINS',
  category: 'JSON',
  description: 'Whether a JSON array has an element equal to the value and of its kind; false for a text that is no array.',
  examples: [
    { sql: "JSON_ARRAY_CONTAINS('[1, 2, 3]', 3)", result: 'true' },
    { sql: "JSON_ARRAY_CONTAINS('[1, 2, 3]', '3')", result: 'false' },
  ],
  variants: [
    boundVariant({
      parameters: [p.string('array'), p.any('value')],
      returns: t.boolean,
      nulls: 'called',
      bind: ({ argumentTypes }) => {
        const equals = equalsFor(argumentTypes[1] ?? { kind: 'NULL' });
        return (array, value) => {
          if (array === null) return null;
          return contains(array, (element) => (value === null || element === null ? value === element : equals(element, value)));
        };
      },
    }),
  ],
});
