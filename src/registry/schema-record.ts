import type { SchemaKind, SchemaReference, SubjectVersion } from './registry.js';

/** A version in the form that Confluent's registry keeps on its `_schemas` topic. */
export function schemaRecord(version: SubjectVersion, deleted: boolean): { readonly key: string; readonly value: string } {
  const key = JSON.stringify({ keytype: 'SCHEMA', subject: version.subject, version: version.version, magic: 1 });
  const value = JSON.stringify({
    subject: version.subject,
    version: version.version,
    id: version.id,
    ...(version.kind === 'AVRO' ? {} : { schemaType: version.kind }),
    ...(version.references.length === 0 ? {} : { references: version.references }),
    schema: version.text,
    deleted,
  });
  return { key, value };
}

function isReference(value: unknown): value is SchemaReference {
  return (
    typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' && 'subject' in value &&
    typeof value.subject === 'string' && 'version' in value && typeof value.version === 'number'
  );
}

function kindOf(value: unknown): SchemaKind {
  return value === 'PROTOBUF' || value === 'JSON' ? value : 'AVRO';
}

/** Null for records of other kinds (configuration, tombstones). */
export function readSchemaRecord(text: string | null): { readonly version: SubjectVersion; readonly deleted: boolean } | null {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('subject' in value) || !('version' in value) || !('id' in value) || !('schema' in value)) return null;
  const { subject, version, id, schema } = value;
  if (typeof subject !== 'string' || typeof version !== 'number' || typeof id !== 'number' || typeof schema !== 'string') return null;
  const given: unknown = 'references' in value ? value.references : [];
  const references: readonly unknown[] = Array.isArray(given) ? given : [];
  return {
    version: { subject, version, id, text: schema, kind: kindOf('schemaType' in value ? value.schemaType : null), references: references.filter(isReference) },
    deleted: 'deleted' in value && value.deleted === true,
  };
}
