/**
 * SQL meets catalog: a parsed statement becomes data that the engine can log, apply and run.
 * Pure: the same statement, catalog, topics and schemas give the same plan.
 */
export type {
  ConstantSource, PlannerContext, TopicFacts, TopicLookup, SchemaLookup, InferenceRequest, InferredSchema,
  FormatRules, FormatTraits, FormatName, FormatProperty,
} from './context.js';
export type {
  PlannedStatement, PlannedChange, PlannedNothing, PlannedInsertValues, RecordSide, TopicToCreate, SubjectToRegister,
} from './planned-statement.js';
export { planStatement, type StatementInput } from './plan-statement.js';
export { assertedValues, type AssertedValue } from './statements/asserted-values.js';
export { planQuery, type PlannedQuery } from './plan-query.js';
export { resolveType } from './bind/type.js';
export { checkWritableTopic } from './statements/topic.js';
