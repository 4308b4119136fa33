export type {
  CompatibilityLevel, SchemaDefinition, SchemaKind, SchemaReference, SchemaRegistry, StoredSchema, SubjectVersion,
} from './registry.js';
