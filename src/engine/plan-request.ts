import { applyChanges, type Catalog } from '../catalog/index.js';
import { PlanError } from '../errors/index.js';
import type { FunctionCatalogue, FunctionContext } from '../functions/index.js';
import type { PersistentPlan } from '../plan/index.js';
import type { Constants } from './threads/constants.js';
import { planStatement, type ConstantSource, type FormatRules, type PlannedChange, type PlannedInsertValues, type PlannerContext, type SchemaLookup } from '../planner/index.js';
import { requireAccess } from './access.js';
import { blame } from './blame.js';
import { commandId } from './command.js';
import type { Settings } from './config/settings.js';
import type { RequestStatement } from './request.js';
import type { TopicDraft } from './topics.js';

/** What one statement of a request will do. */
export type CheckedStatement =
  | { readonly kind: 'change'; readonly from: RequestStatement; readonly planned: PlannedChange; readonly commandId: string }
  | { readonly kind: 'warning'; readonly from: RequestStatement; readonly message: string }
  | { readonly kind: 'insertValues'; readonly from: RequestStatement; readonly planned: PlannedInsertValues }
  /** Answers from what is there (SHOW, DESCRIBE, …) or acts outside the catalog; runs in its turn. */
  | { readonly kind: 'other'; readonly from: RequestStatement };

/** Schemas that a request under check is going to register, over those that are registered. */
export interface SchemaDraft extends SchemaLookup {
  add(subject: PlannedChange['subjects'][number]): void;
}

export interface Draft {
  catalog: Catalog;
  readonly topics: TopicDraft;
  readonly schemas: SchemaDraft;
  /** Number of the next statement in the log. */
  sequence: number;
  queriesStarted: number;
}

export interface CheckDependencies {
  readonly settings: Settings;
  readonly functions: FunctionCatalogue;
  readonly functionContext: FunctionContext;
  readonly formats: FormatRules;
  /** Refuses plans that no thread could run. */
  readonly checkPlan: (plan: PersistentPlan) => void;
  /** For one request: its constants that are not evaluated in this thread. */
  readonly newConstants: () => Constants;
  /** Which number goes into query ids: of the statement in the log, or of the query. */
  readonly numbering: 'log' | 'queries';
}

export function plannerContext(from: RequestStatement, draft: Draft, dependencies: CheckDependencies, constants: ConstantSource): PlannerContext {
  const settings = dependencies.settings.withOverrides(from.overrides);
  return {
    catalog: draft.catalog,
    functions: dependencies.functions,
    evaluation: {
      functions: dependencies.functions,
      context: dependencies.functionContext,
      nestedErrorsToNull: settings.flag('ksql.nested.error.set.null'),
      castPreservesNulls: settings.flag('ksql.cast.strings.preserve.nulls'),
    },
    constants,
    properties: settings.effective(),
    overrides: from.overrides,
    topics: draft.topics,
    schemas: draft.schemas,
    formats: dependencies.formats,
    nextQueryNumber: dependencies.numbering === 'log' ? draft.sequence : draft.queriesStarted,
    serviceId: dependencies.settings.text('ksql.service.id') ?? '',
  };
}

const PLANNED: ReadonlySet<string> = new Set([
  'createSource', 'createAsSelect', 'insertSelect', 'insertValues', 'dropSource', 'alterSource', 'createType', 'dropType', 'queryControl',
]);

function sourceKind(planned: PlannedChange, before: Catalog): 'STREAM' | 'TABLE' {
  for (const change of planned.changes) if (change.kind === 'putSource') return change.source.kind;
  return before.sources.get(planned.entity ?? '')?.kind ?? 'STREAM';
}

function requireFewQueries({ text, span }: RequestStatement, count: { readonly before: number; readonly after: number }, settings: Settings): void {
  const limit = settings.number('ksql.query.persistent.active.limit');
  if (count.after <= limit) return;
  const message = `Not executing statement(s) '${text}' as it would cause the number of active, persistent queries to exceed the configured limit. Current persistent query count: ${count.before}. Configured limit: ${limit}.`;
  throw new PlanError(message, { span, hint: 'Use the TERMINATE command to terminate existing queries, or raise ksql.query.persistent.active.limit.' });
}

function checkOne(from: RequestStatement, draft: Draft, dependencies: CheckDependencies, constants: ConstantSource): CheckedStatement {
  requireAccess(from, draft.catalog);
  if (!PLANNED.has(from.statement.kind)) return { kind: 'other', from };
  const planned = planStatement({ statement: from.statement, text: from.text }, plannerContext(from, draft, dependencies, constants));
  if (planned.kind === 'nothing') return { kind: 'warning', from, message: planned.message };
  if (planned.kind === 'insertValues') return { kind: 'insertValues', from, planned };
  if (planned.start !== null) dependencies.checkPlan(planned.start);
  const id = commandId(planned, sourceKind(planned, draft.catalog));
  const before = draft.catalog;
  draft.catalog = applyChanges(before, planned.changes);
  if (planned.start !== null) requireFewQueries(from, { before: before.queries.size, after: draft.catalog.queries.size }, dependencies.settings);
  for (const topic of planned.topics) draft.topics.add(topic);
  for (const subject of planned.subjects) draft.schemas.add(subject);
  if (planned.deleteTopic !== null) draft.topics.remove(planned.deleteTopic.topic);
  draft.sequence += 1;
  if (planned.start !== null) draft.queriesStarted += 1;
  return { kind: 'change', from, planned, commandId: id };
}

/** Checks all statements of a request, each seeing the effects of those before it. The first that fails refuses them all. */
export function checkRequest(statements: readonly RequestStatement[], draft: Draft, dependencies: CheckDependencies, constants: ConstantSource): CheckedStatement[] {
  return statements.map((from) => {
    try {
      return checkOne(from, draft, dependencies, constants);
    } catch (error) {
      blame(error, from.text, from.span);
      throw error;
    }
  });
}
