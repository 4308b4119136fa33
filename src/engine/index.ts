export type {
  CommandStatus, Engine, EngineInfo, Health, QueryResult, ResultColumn, ResultRow, Session, TextResult,
} from './engine.js';
