import { applyChanges, EMPTY_CATALOG, type Catalog } from '../../../src/catalog/index.js';
import { builtInFunctions } from '../../../src/functions/index.js';
import { parseScript } from '../../../src/parser/index.js';
import type { PersistentPlan } from '../../../src/plan/index.js';
import {
  planQuery, planStatement, type InferredSchema, type PlannedQuery, type PlannedStatement, type PlannerContext, type TopicFacts,
} from '../../../src/planner/index.js';
import { findFormatTraits, reasonAgainst } from '../../../src/serde/index.js';

export interface PlanningOptions {
  readonly properties?: Readonly<Record<string, string>>;
  /** Topics beside those the statements make; every other one has four partitions where `topicsExist`. */
  readonly topics?: Readonly<Record<string, TopicFacts>>;
  /** Subject → what is registered there. */
  readonly schemas?: Readonly<Record<string, InferredSchema>>;
  /** false: a topic exists only where it is listed or was planned. */
  readonly topicsExist?: boolean;
}

export interface Planned {
  readonly catalog: Catalog;
  readonly statements: readonly PlannedStatement[];
  readonly plans: readonly PersistentPlan[];
  readonly queries: readonly PlannedQuery[];
}

const FOUR: TopicFacts = { partitions: 4, replicas: 1, retentionMs: null };

/** Plans a script as an engine would: each statement sees the catalog and topics that the ones before have made. */
export function plan(sql: string, options: PlanningOptions = {}): Planned {
  let catalog = EMPTY_CATALOG;
  const statements: PlannedStatement[] = [];
  const plans: PersistentPlan[] = [];
  const queries: PlannedQuery[] = [];
  const topics = new Map(Object.entries(options.topics ?? {}));
  for (const parsed of parseScript(sql)) {
    const context = contextOf(catalog, plans.length, topics, options);
    const { statement } = parsed;
    if (statement.kind === 'query') {
      queries.push(planQuery(statement, parsed.text, 'transient_1', context));
      continue;
    }
    const planned = planStatement(parsed, context);
    statements.push(planned);
    if (planned.kind !== 'change') continue;
    catalog = applyChanges(catalog, planned.changes);
    for (const topic of planned.topics) topics.set(topic.name, { partitions: topic.partitions, replicas: topic.replicas ?? 1, retentionMs: null });
    if (planned.start !== null) plans.push(planned.start);
  }
  return { catalog, statements, plans, queries };
}

function contextOf(catalog: Catalog, nextQueryNumber: number, topics: ReadonlyMap<string, TopicFacts>, options: PlanningOptions): PlannerContext {
  const clock = { now: () => 0 };
  const random = { next: () => 0.5, bytes: (length: number) => new Uint8Array(length) };
  return {
    catalog,
    functions: builtInFunctions,
    evaluation: {
      functions: builtInFunctions, context: { clock, random, zoneId: 'UTC', property: () => null }, nestedErrorsToNull: true, castPreservesNulls: true,
    },
    properties: new Map(Object.entries(options.properties ?? {})),
    overrides: new Map(),
    topics: { find: (name) => topics.get(name) ?? (isSink(name) || options.topicsExist === false ? null : FOUR) },
    schemas: { infer: ({ topic, isKey }) => options.schemas?.[`${topic}-${isKey ? 'key' : 'value'}`] ?? null },
    formats: { find: findFormatTraits, reasonAgainst },
    nextQueryNumber,
    serviceId: 'test_',
  };
}

/** Topics of the scripts here are in lower case; sinks are named after streams and tables. */
function isSink(name: string): boolean {
  return name === name.toUpperCase();
}

/** The message with which a script is refused. */
export function refusal(sql: string, options: PlanningOptions = {}): string {
  try {
    plan(sql, options);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error('The script was not refused.');
}

export const STREAM = `CREATE STREAM S (ID INT KEY, A INT, B STRING, D DECIMAL(6, 2), E ARRAY<INT>, G STRUCT<X INT, Y STRING>) WITH (kafka_topic='s', value_format='JSON');`;
export const RIGHT = `CREATE STREAM R (ID INT KEY, A INT, C STRING) WITH (kafka_topic='r', value_format='JSON');`;
export const TABLE = `CREATE TABLE T (ID INT PRIMARY KEY, B STRING, V INT) WITH (kafka_topic='t', value_format='JSON');`;
export const OTHER = `CREATE TABLE U (ID INT PRIMARY KEY, W STRING) WITH (kafka_topic='u', value_format='JSON');`;
