import type { SideFormat, Source } from '../../catalog/index.js';
import { parseColumnList, type TypeNode } from '../../parser/index.js';
import { formatType, type SqlType } from '../../types/index.js';
import { isList, JsonNumber, parseLiteralJson, printLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';
import type { CaseEngine } from './case-engine.js';
import { number, object, objects, text, texts } from './case-file.js';
import type { TopicVerdict } from './judge-topic.js';

const INTERNAL = '_confluent-ksql-';

/** The type that a written type stands for. */
export function typeOf(node: TypeNode): SqlType {
  switch (node.kind) {
    case 'primitiveType':
      return node.type;
    case 'decimalType':
      return { kind: 'DECIMAL', precision: node.precision, scale: node.scale };
    case 'arrayType':
      return { kind: 'ARRAY', item: typeOf(node.item) };
    case 'mapType':
      return { kind: 'MAP', key: typeOf(node.key), value: typeOf(node.value) };
    case 'structType':
      return { kind: 'STRUCT', fields: node.fields.map((field) => ({ name: field.name, type: typeOf(field.type) })) };
    case 'namedType':
      return { kind: 'STRING' };
  }
}

function schemaDifference(source: Source, expected: string): string | null {
  const columns = parseColumnList(expected);
  const line = (name: string, type: SqlType, isKey: boolean): string => `${name} ${formatType(type)}${isKey ? ' KEY' : ''}`;
  const isKey = (role: string): boolean => role === 'KEY' || role === 'PRIMARY KEY';
  const wanted = columns.map((column) => line(column.name, typeOf(column.type), isKey(column.role))).join(', ');
  const actual = [
    ...source.keyColumns.map((column) => line(column.name, column.type, true)),
    ...source.valueColumns.map((column) => line(column.name, column.type, false)),
    ...source.headerColumns.map(({ column }) => line(column.name, column.type, false)),
  ].join(', ');
  return actual === wanted ? null : `schema ${actual} expected ${wanted}`;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return [...left].sort().join() === [...right].sort().join();
}

function windowDifference(source: Source, expected: LiteralObject): string | null {
  const type = text(expected, 'windowType');
  const size = number(expected, 'windowSizeMs');
  if ((source.window?.type ?? null) !== type) return `window type ${source.window?.type ?? 'none'}`;
  return (source.window?.sizeMs ?? null) === size ? null : `window size ${source.window?.sizeMs ?? 'none'}`;
}

function sourceDifference(engine: CaseEngine, expected: LiteralObject): string | null {
  const name = text(expected, 'name') ?? '';
  const source = engine.local.engine.catalog().sources.get(name);
  if (source === undefined) return `source ${name} is missing`;
  const differs = (what: string, actual: string, wanted: string | null): string | null => (wanted === null || wanted === actual ? null : `${name}: ${what} ${actual} expected ${wanted}`);
  const schema = text(expected, 'schema');
  const keyFormat = object(expected, 'keyFormat');
  const isSource = expected.get('isSource');
  const features = (field: 'keyFeatures' | 'valueFeatures', format: SideFormat): string | null =>
    expected.has(field) && !sameSet(texts(expected, field), format.features) ? `${name}: ${field} ${format.features.join()} expected ${texts(expected, field).join()}` : null;
  return (
    differs('type', source.kind, text(expected, 'type')?.toUpperCase() ?? null) ??
    (schema === null ? null : prefixed(name, schemaDifference(source, schema))) ??
    (keyFormat === null ? null : (differs('key format', source.keyFormat.name, text(keyFormat, 'format')) ?? prefixed(name, windowDifference(source, keyFormat)))) ??
    differs('value format', source.valueFormat.name, text(expected, 'valueFormat')) ??
    features('keyFeatures', source.keyFormat) ??
    features('valueFeatures', source.valueFormat) ??
    (typeof isSource === 'boolean' && isSource !== source.readOnly ? `${name}: isSource ${source.readOnly}` : null)
  );
}

function prefixed(name: string, difference: string | null): string | null {
  return difference === null ? null : `${name}: ${difference}`;
}

// Integers of the cases come as literals; property values are text.
function propertiesText(value: LiteralJson | undefined): string {
  if (!(value instanceof Map)) return '';
  return [...(value as LiteralObject)].map(([key, each]) => `${key}=${each instanceof JsonNumber ? each.text : String(each)}`).sort().join();
}

function formatDifference(format: SideFormat, expected: LiteralObject, source: Source, isKey: boolean): string | null {
  const wanted = text(expected, 'format');
  if (wanted !== format.name) return `format ${format.name} expected ${wanted ?? ''}`;
  const properties = Object.entries(format.properties).map(([key, value]) => `${key}=${value}`).sort().join();
  if (propertiesText(expected.get('properties')) !== properties) return `format properties ${properties} expected ${propertiesText(expected.get('properties'))}`;
  if (!sameSet(texts(expected, 'features'), format.features)) return `features ${format.features.join()} expected ${texts(expected, 'features').join()}`;
  const window = object(expected, 'window');
  if (!isKey) return null;
  if ((source.window?.type ?? null) !== (window === null ? null : text(window, 'type'))) return `window ${source.window?.type ?? 'none'}`;
  return window === null || (source.window?.sizeMs ?? null) === number(window, 'sizeMs') ? null : 'window size';
}

async function registeredText(engine: CaseEngine, subject: string): Promise<string | null> {
  return (await engine.local.registry.latest(subject))?.text ?? null;
}

function sameSchema(actual: string, expected: LiteralJson): boolean {
  if (typeof expected === 'string' && !expected.trimStart().startsWith('{') && !expected.trimStart().startsWith('"')) return actual.trim() === expected.trim();
  const canonical = (value: LiteralJson): string => {
    if (value instanceof Map) return `{${[...(value as LiteralObject)].map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).sort().join()}}`;
    return isList(value) ? `[${value.map(canonical).join()}]` : printLiteralJson(value);
  };
  try {
    return canonical(parseLiteralJson(actual)) === canonical(expected);
  } catch {
    return false;
  }
}

async function topicDifference(engine: CaseEngine, expected: LiteralObject): Promise<string | null> {
  const name = text(expected, 'name') ?? '';
  const topic = await engine.local.broker.admin.describeTopic(name);
  if (topic === null) return `topic ${name} is missing`;
  if (name.startsWith(INTERNAL)) return null;
  const source = engine.sourceOf(name, true);
  if (source === null) return null;
  for (const [side, format, isKey] of [['key', source.keyFormat, true], ['value', source.valueFormat, false]] as const) {
    const wanted = object(expected, `${side}Format`);
    const difference = wanted === null ? null : formatDifference(format, wanted, source, isKey);
    if (difference !== null) return `topic ${name} ${side}: ${difference}`;
    const schema = expected.get(`${side}Schema`);
    if (schema === undefined || schema === null) continue;
    const actual = await registeredText(engine, `${name}-${side}`);
    if (actual === null || !sameSchema(actual, schema)) return `topic ${name} ${side} schema ${actual ?? 'none'} expected ${printLiteralJson(schema)}`;
  }
  return null;
}

/** What must be true after the run. Internal topics count for the stricter figure only. */
export async function checkPost(engine: CaseEngine, data: LiteralObject): Promise<TopicVerdict> {
  const post = object(data, 'post');
  if (post === null) return { failure: null, strict: null };
  for (const source of objects(post, 'sources')) {
    const failure = sourceDifference(engine, source);
    if (failure !== null) return { failure, strict: null };
  }
  let strict: string | null = null;
  for (const topic of objects(post, 'topics')) {
    const difference = await topicDifference(engine, topic);
    if (difference === null) continue;
    if (!(text(topic, 'name') ?? '').startsWith(INTERNAL)) return { failure: difference, strict: null };
    strict ??= difference;
  }
  const forbidden = text(post, 'forbiddenTopics');
  if (forbidden !== null) {
    const found = (await engine.local.broker.admin.listTopics()).find((topic) => new RegExp(forbidden).test(topic.name));
    if (found !== undefined) return { failure: `topic ${found.name} is forbidden`, strict: null };
  }
  return { failure: null, strict };
}
