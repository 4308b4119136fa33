import type { SideFormat, Source } from '../../catalog/index.js';
import { formatType, type Column } from '../../types/index.js';

const text = (value: unknown): string => JSON.stringify(value);

function columns(list: readonly Column[], role: string): string {
  return list.map((column) => `\`${column.name}\` ${formatType(column.type)}${role}`).join(', ');
}

function schema(source: Source): string {
  const key = columns(source.keyColumns, source.kind === 'TABLE' ? ' PRIMARY KEY' : ' KEY');
  const headers = source.headerColumns.map(({ column, headerKey }) => `${columns([column], ' HEADER')}(${headerKey ?? ''})`).join(', ');
  return [key, columns(source.valueColumns, ''), headers].filter((part) => part !== '').join(', ');
}

function properties(format: SideFormat): string {
  return text(Object.entries(format.properties).filter(([name]) => name !== 'schemaId').sort());
}

const CHECKS: readonly (readonly [what: string, of: (source: Source) => string])[] = [
  ['type', (source) => source.kind],
  ['schema', schema],
  ['topic', (source) => source.topic],
  ['key format', (source) => source.keyFormat.name],
  ['key format properties', (source) => properties(source.keyFormat)],
  ['window', (source) => text(source.window)],
  ['value format', (source) => source.valueFormat.name],
  ['value format properties', (source) => properties(source.valueFormat)],
  ['key schema id', (source) => source.keyFormat.properties.schemaId ?? ''],
  ['value schema id', (source) => source.valueFormat.properties.schemaId ?? ''],
  ['value serde features', (source) => text([...source.valueFormat.features].sort())],
  ['timestamp column', (source) => source.timestamp?.column ?? ''],
  ['timestamp format', (source) => source.timestamp?.format ?? ''],
];

/** What differs first between a declaration and what there is, in the words of ksqlDB; null: nothing. */
export function sourceDifference(actual: Source, expected: Source): string | null {
  for (const [what, of] of CHECKS) {
    if (of(actual) === of(expected)) continue;
    return `Expected ${what} does not match actual for source ${actual.name}. Expected: ${of(expected)}. Got: ${of(actual)}.`;
  }
  return null;
}
