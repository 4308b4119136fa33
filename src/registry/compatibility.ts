import { avroRules } from './avro/avro-rules.js';
import { describeDifference, type Difference, type Roles, type SchemaRules } from './difference.js';
import { jsonRules } from './json/json-rules.js';
import { protobufRules } from './protobuf/protobuf-rules.js';
import { RegistryError } from './registry-error.js';
import type { CompatibilityLevel, ResolvedSchema, SchemaKind } from './registry.js';

export interface EarlierVersion {
  readonly version: number;
  readonly schema: ResolvedSchema;
}

const BACKWARD: Roles = { reader: 'new', writer: 'old' };
const FORWARD: Roles = { reader: 'old', writer: 'new' };

/** Throws RegistryError 42201 for what is no schema of its kind. */
export function validateSchema(schema: ResolvedSchema): void {
  withRules(schema.kind, (rules) => {
    rules.parse(schema);
  });
}

/** Why a schema may not follow the versions of its subject (oldest first) at a level; empty: it may. */
export function incompatibilities(schema: ResolvedSchema, versions: readonly EarlierVersion[], level: CompatibilityLevel): readonly string[] {
  if (level === 'NONE') return [];
  const compared = level.endsWith('_TRANSITIVE') ? versions.toReversed() : versions.slice(-1);
  for (const { version, schema: earlier } of compared) {
    const found = between(schema, earlier, level);
    if (found.length > 0) return [...found.map(describeDifference), `{oldSchemaVersion: ${version}}`, `{compatibility: '${level}'}`];
  }
  return [];
}

function between(schema: ResolvedSchema, earlier: ResolvedSchema, level: CompatibilityLevel): readonly Difference[] {
  if (schema.kind !== earlier.kind) {
    return [{ type: 'SCHEMA_TYPE_CHANGED', place: '/', description: `The new schema is of type ${schema.kind}, the old one of type ${earlier.kind}` }];
  }
  return withRules(schema.kind, (rules) => differencesBetween(rules, schema, earlier, level));
}

function differencesBetween<T>(rules: SchemaRules<T>, schema: ResolvedSchema, earlier: ResolvedSchema, level: CompatibilityLevel): readonly Difference[] {
  const fresh = rules.parse(schema);
  let old: T;
  try {
    old = rules.parse(earlier);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return [{ type: 'OLD_SCHEMA_UNREADABLE', place: '/', description: `The old schema cannot be read: ${error.message}` }];
  }
  const [direction] = level.split('_');
  const backward = direction === 'FORWARD' ? [] : rules.differences(fresh, old, BACKWARD);
  const forward = direction === 'BACKWARD' ? [] : rules.differences(old, fresh, FORWARD);
  return [...backward, ...forward];
}

function withRules<R>(kind: SchemaKind, use: <T>(rules: SchemaRules<T>) => R): R {
  switch (kind) {
    case 'AVRO':
      return use(avroRules);
    case 'PROTOBUF':
      return use(protobufRules);
    case 'JSON':
      return use(jsonRules);
  }
}
