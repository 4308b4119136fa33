export type { ExportBound, ExportRequest, ImportOutcome, ImportRequest, RejectedRow } from './bulk.js';
export type {
  CommandState, ConnectorState, Entity, EntityBase, EntityType, FieldInfo, PartitionOffsets, QueryDescription, RunningQuery, SchemaInfo,
  SourceDescription, SourceInfo,
} from './entities.js';
export type { ErrorBody, GenericError, StatementErrorBody } from './errors.js';
export type { PropertyValues, QueryStreamRequest, ServerInfo, StatementRequest } from './requests.js';
