export type {
  CompatibilityLevel, SchemaDefinition, SchemaKind, SchemaReference, SchemaRegistry, StoredSchema, SubjectVersion,
} from './registry.js';
export type { SchemaLog } from './schema-log.js';
export { EmbeddedRegistry } from './embedded-registry.js';
export { acceptEverySchema, type CompatibilityCheck } from './compatibility.js';
