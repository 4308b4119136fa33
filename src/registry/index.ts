export {
  COMPATIBILITY_LEVELS, type Compatibility, type CompatibilityLevel, type SchemaDefinition, type SchemaKind, type SchemaReference,
  type SchemaRegistry, type StoredSchema, type SubjectVersion,
} from './registry.js';
export type { SchemaLog } from './schema-log.js';
export { EmbeddedRegistry } from './embedded-registry.js';
export type { SubjectTable, Visibility } from './subject-table.js';
export { RegistryError, schemaNotFound, subjectNotFound, versionNotFound } from './registry-error.js';
export { compatibilityLevel, registryMode, type RegistryMode } from './registry-record.js';
export { RegistryClient, type RegistryClientOptions } from './client/registry-client.js';
export { basicAuthorization } from './client/registry-http.js';
export { tlsOptions } from './client/tls-options.js';
