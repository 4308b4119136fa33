export type {
  CommandStatus, Engine, EngineInfo, Health, QueryResult, ResultColumn, ResultRow, Session, TextResult,
} from './engine.js';
export { openLocal, type LocalEngine, type LocalOptions, type Storage } from './open-local.js';
export { fromJs, rowObject, toJs, type JsObject, type JsValue } from './js-values.js';
export type { FunctionEntry } from '../functions/index.js';
export { Schemas } from './schemas.js';
export { findProperty, PROPERTIES, type PropertyDefinition } from './config/property-table.js';
export { Settings, shownValue } from './config/settings.js';
