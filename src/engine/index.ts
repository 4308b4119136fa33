export { statementAccess, type Access, type AccessGuard, type Operation } from './access.js';
export type {
  CommandStatus, Engine, EngineInfo, Health, InsertTarget, PrintOptions, QueryResult, ResultColumn, ResultRow, Session, TextResult,
} from './engine.js';
export { backupFolder, receiveBackup, restoreBackup, verifyLog, type BackupReport, type RestoreResult } from './backup.js';
export { moveToKafka, type MoveReport } from './move/move-to-kafka.js';
export type { ExportResult } from './bulk/export-rows.js';
export { protobufRows, type ProtobufRows } from './protobuf-rows.js';
export { openLocal, type LocalEngine, type LocalOptions, type Storage } from './open-local.js';
export { fromJs, rowObject, toJs, type JsObject, type JsValue } from '../types/index.js';
export type { GroupMeasures, QueryStatus } from '../runtime/index.js';
export type { Catalog } from '../catalog/index.js';
export type { FunctionEntry } from '../functions/index.js';
export {
  defineAggregate, defineScalar, defineTable, type AggregateDefinition, type FunctionDefinition, type ScalarDefinition, type TableDefinition,
} from './user-functions/definition.js';
export { columnFields } from './statements/schema-info.js';
export { PEER_END, peerLine } from './cluster/peers.js';
export { Schemas } from './schemas.js';
export { reachableAt } from './cluster/advertised-listener.js';
export { choicesOf, isAdmitted, overrideLimits } from './config/overrides.js';
export { reasonWithoutEffect, WITHOUT_EFFECT } from './config/without-effect.js';
export { findProperty, PROPERTIES, type PropertyDefinition } from './config/property-table.js';
export { Settings, shownValue } from './config/settings.js';
export {
  compatibilityLevel, EmbeddedRegistry, RegistryError, registryMode, schemaNotFound, subjectNotFound, versionNotFound,
  type Compatibility, type SchemaDefinition, type SchemaReference, type SchemaRegistry, type StoredSchema, type SubjectVersion, type Visibility,
} from '../registry/index.js';
