import { formatIdentifier, formatString } from '../../src/parser/index.js';

const KEY_FORMATS: Readonly<Record<string, readonly [format: string, type: string]>> = { KAFKA_STRING: ['KAFKA', 'STRING'], KAFKA_INT: ['KAFKA', 'INTEGER'], KAFKA_BIGINT: ['KAFKA', 'BIGINT'], KAFKA_DOUBLE: ['KAFKA', 'DOUBLE'] };
/** Their columns come from the registry. */
const WITH_SCHEMA = new Set(['AVRO', 'PROTOBUF', 'JSON_SR']);

function guessed(side: 'Key' | 'Value', lines: readonly string[]): string | null {
  const line = lines.find((each) => each.startsWith(`${side} format: `));
  return line === undefined ? null : (/: ([A-Z_]+)/.exec(line)?.[1] ?? null);
}

function typeOf(value: unknown): string | null {
  if (typeof value === 'boolean') return 'BOOLEAN';
  if (typeof value === 'number') return Number.isInteger(value) ? 'BIGINT' : 'DOUBLE';
  if (typeof value === 'string') return 'STRING';
  if (Array.isArray(value)) {
    const item = value.map(typeOf).find((type) => type !== null);
    return item === undefined || item === null ? null : `ARRAY<${item}>`;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = Object.entries(value).flatMap(([name, item]) => {
    const type = typeOf(item);
    return type === null ? [] : [`${formatIdentifier(name)} ${type}`];
  });
  return fields.length === 0 ? null : `STRUCT<${fields.join(', ')}>`;
}

function valueOf(line: string): unknown {
  const text = /, value: (.*), partition: \d+$/s.exec(line)?.[1];
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Columns in the order in which the samples show them; a number that once has a fraction is a DOUBLE. */
function columnsOf(values: readonly unknown[]): ReadonlyMap<string, string> {
  const columns = new Map<string, string>();
  for (const value of values) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const [name, item] of Object.entries(value)) {
      const type = typeOf(item);
      if (type !== null && (!columns.has(name) || type === 'DOUBLE')) columns.set(name, type);
    }
  }
  return columns;
}

/** A CREATE STREAM over the topic from what PRINT showed of it; null where nothing can be said. */
export function suggestedStream(topic: string, lines: readonly string[]): string | null {
  const valueFormat = guessed('Value', lines);
  if (valueFormat === null) return null;
  const [keyFormat, keyType] = KEY_FORMATS[guessed('Key', lines) ?? ''] ?? [null, null];
  const isJson = valueFormat === 'JSON';
  const columns = isJson ? columnsOf(lines.map(valueOf)) : new Map<string, string>();
  if (!isJson && !WITH_SCHEMA.has(valueFormat)) return null;
  if (isJson && columns.size === 0) return null;
  const listed = [...(keyType === null ? [] : [`k ${keyType} KEY`]), ...[...columns].map(([name, type]) => `${formatIdentifier(name.toUpperCase())} ${type}`)];
  const elements = listed.length === 0 ? '' : ` (${listed.join(', ')})`;
  const properties = [`KAFKA_TOPIC=${formatString(topic)}`, ...(keyFormat === null ? [] : [`KEY_FORMAT='${keyFormat}'`]), `VALUE_FORMAT='${valueFormat}'`];
  return `CREATE STREAM ${formatIdentifier(topic.toUpperCase().replaceAll(/\W/g, '_'))}${elements}\n  WITH (${properties.join(', ')});`;
}
