import { assertNever } from '../errors/index.js';
import { isMap, numberOf, parseJson, textOf, isList, type JsonDocument, type JsonMap } from './json-document.js';
import { COMPATIBILITY_LEVELS, type CompatibilityLevel, type SchemaKind, type SchemaReference, type SubjectVersion } from './registry.js';

export const MODES = ['READWRITE', 'READONLY', 'READONLY_OVERRIDE', 'IMPORT'] as const;
export type RegistryMode = (typeof MODES)[number];

/** A change of the registry. A null subject is the whole registry; a null level or mode takes the own one away. */
export type RegistryRecord =
  | { readonly kind: 'schema'; readonly version: SubjectVersion; readonly deleted: boolean }
  | { readonly kind: 'forgotten'; readonly subject: string; readonly version: number }
  | { readonly kind: 'subjectDeleted'; readonly subject: string; readonly upTo: number }
  | { readonly kind: 'config'; readonly subject: string | null; readonly level: CompatibilityLevel | null }
  | { readonly kind: 'mode'; readonly subject: string | null; readonly mode: RegistryMode | null }
  | { readonly kind: 'highestId'; readonly id: number };

export interface LogRecord {
  readonly key: string;
  readonly value: string | null;
}

/** In the form of Confluent's `_schemas` topic, but for `highestId`: ids are not given again after compaction. */
export function writeRecord(record: RegistryRecord): LogRecord {
  switch (record.kind) {
    case 'schema':
      return { key: schemaKey(record.version.subject, record.version.version), value: schemaValue(record.version, record.deleted) };
    case 'forgotten':
      return { key: schemaKey(record.subject, record.version), value: null };
    case 'subjectDeleted':
      return { key: plainKey('DELETE_SUBJECT', record.subject), value: JSON.stringify({ subject: record.subject, version: record.upTo }) };
    case 'config':
      return { key: plainKey('CONFIG', record.subject), value: record.level === null ? null : JSON.stringify({ compatibilityLevel: record.level }) };
    case 'mode':
      return { key: plainKey('MODE', record.subject), value: record.mode === null ? null : JSON.stringify({ mode: record.mode }) };
    case 'highestId':
      return { key: JSON.stringify({ keytype: 'HIGHEST_ID', magic: 0 }), value: JSON.stringify({ id: record.id }) };
    default:
      return assertNever(record);
  }
}

/** Null for records that say nothing here. */
export function readRecord({ key: keyText, value: valueText }: LogRecord): RegistryRecord | null {
  const key = parseJson(keyText);
  if (!isMap(key)) return null;
  const parsed = valueText === null ? null : parseJson(valueText);
  const value = isMap(parsed) ? parsed : null;
  const subject = textOf(key.get('subject'));
  switch (key.get('keytype')) {
    case 'SCHEMA':
      return readSchema(key, value);
    case 'DELETE_SUBJECT':
      return subject === null || value === null ? null : { kind: 'subjectDeleted', subject, upTo: numberOf(value.get('version')) ?? 0 };
    case 'CONFIG':
      return { kind: 'config', subject, level: compatibilityLevel(textOf(value?.get('compatibilityLevel'))) };
    case 'MODE':
      return { kind: 'mode', subject, mode: registryMode(textOf(value?.get('mode'))) };
    case 'HIGHEST_ID':
      return { kind: 'highestId', id: numberOf(value?.get('id')) ?? 0 };
    default:
      return null;
  }
}

/** A level in any case of its letters; null: there is none of that name. */
export function compatibilityLevel(text: string | null): CompatibilityLevel | null {
  return COMPATIBILITY_LEVELS.find((level) => level === text?.toUpperCase()) ?? null;
}
export function registryMode(text: string | null): RegistryMode | null {
  return MODES.find((mode) => mode === text?.toUpperCase()) ?? null;
}

const plainKey = (keytype: string, subject: string | null): string => JSON.stringify({ keytype, subject, magic: 0 });
const schemaKey = (subject: string, version: number): string => JSON.stringify({ keytype: 'SCHEMA', subject, version, magic: 1 });

function schemaValue(version: SubjectVersion, deleted: boolean): string {
  return JSON.stringify({
    subject: version.subject,
    version: version.version,
    id: version.id,
    ...(version.kind === 'AVRO' ? {} : { schemaType: version.kind }),
    ...(version.references.length === 0 ? {} : { references: version.references }),
    schema: version.text,
    deleted,
  });
}

function kindOf(value: JsonDocument | undefined): SchemaKind {
  return value === 'PROTOBUF' || value === 'JSON' ? value : 'AVRO';
}

function readSchema(key: JsonMap, value: JsonMap | null): RegistryRecord | null {
  const subject = textOf(key.get('subject'));
  const version = numberOf(key.get('version'));
  if (subject === null || version === null) return null;
  if (value === null) return { kind: 'forgotten', subject, version };
  const id = numberOf(value.get('id'));
  const text = textOf(value.get('schema'));
  if (id === null || text === null) return null;
  return {
    kind: 'schema',
    version: { subject, version, id, text, kind: kindOf(value.get('schemaType')), references: readReferences(value.get('references')) },
    deleted: value.get('deleted') === true,
  };
}

/** References as they stand in records and requests; what is none is left out. */
export function readReferences(value: JsonDocument | undefined): readonly SchemaReference[] {
  return (isList(value) ? value : []).flatMap((each) => {
    if (!isMap(each)) return [];
    const [name, subject, version] = [textOf(each.get('name')), textOf(each.get('subject')), numberOf(each.get('version'))];
    return name === null || subject === null || version === null ? [] : [{ name, subject, version }];
  });
}
