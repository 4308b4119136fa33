import { entriesOf, itemsOf, numberOf, stringOf, valueToText, type SqlType, type SqlValue } from '../../../types/index.js';
import { boundVariant, p, scalar, t } from '../../define.js';
import { quoteJson } from './json-text.js';

type Writer = (value: SqlValue) => string;

const nullable = (write: Writer): Writer => (value) => (value === null ? 'null' : write(value));
const compareNames = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const objectText = (fields: readonly { readonly name: string; readonly text: string }[]): string =>
  `{${fields.map(({ name, text }) => `${quoteJson(name)}:${text}`).join(',')}}`;

/** JSON of values of a type; names of structs and maps are sorted. */
function writerFor(type: SqlType): Writer {
  const text = valueToText(type);
  switch (type.kind) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'BIGINT':
    case 'DECIMAL':
      return text;
    case 'DOUBLE':
      return (value) => (Number.isFinite(numberOf(value)) ? text(value) : quoteJson(text(value)));
    case 'ARRAY': {
      const item = nullable(writerFor(type.item));
      return (value) => `[${itemsOf(value).map(item).join(',')}]`;
    }
    case 'MAP': {
      const item = nullable(writerFor(type.value));
      const key = type.key.kind === 'STRING' ? stringOf : valueToText(type.key);
      return (value) => objectText(Array.from(entriesOf(value), ([name, each]) => ({ name: name === null ? 'null' : key(name), text: item(each) })).toSorted(compareNames));
    }
    case 'STRUCT': {
      const fields = type.fields.map(({ name, type: fieldType }, index) => ({ name, index, write: nullable(writerFor(fieldType)) })).toSorted(compareNames);
      return (value) => {
        const items = itemsOf(value);
        return objectText(fields.map(({ name, index, write }) => ({ name, text: write(items[index] ?? null) })));
      };
    }
    default:
      return (value) => quoteJson(text(value));
  }
}

export const toJsonString = scalar({
  name: 'TO_JSON_STRING',
  category: 'JSON',
  description: 'Any value as JSON text. Dates and times show as in CAST AS STRING, bytes as base64.',
  examples: [{ sql: "TO_JSON_STRING(MAP('b' := 2, 'a' := 1))", result: '{"a":1,"b":2}' }],
  variants: [
    boundVariant({
      parameters: [p.any('value')],
      returns: t.string,
      nulls: 'called',
      bind: ({ argumentTypes: [type] }) => {
        if (type === undefined || type.kind === 'NULL' || type.kind === 'UNIT' || type.kind === 'LAMBDA') return () => 'null';
        return nullable(writerFor(type));
      },
    }),
  ],
});
