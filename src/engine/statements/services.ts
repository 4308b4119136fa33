import type { Broker } from '../../broker/index.js';
import type { Catalog } from '../../catalog/index.js';
import type { Env } from '../../env/index.js';
import type { FunctionCatalogue } from '../../functions/index.js';
import type { PersistentPlan } from '../../plan/index.js';
import type { PlannerContext } from '../../planner/index.js';
import type { SchemaRegistry } from '../../registry/index.js';
import type { QueryStatus } from '../../runtime/index.js';
import type { Settings } from '../config/settings.js';
import type { RequestStatement } from '../request.js';

export interface PushQuery {
  readonly queryId: string;
  readonly text: string;
  readonly startedMs: number;
  /** Who started it; null where nobody is asked. */
  readonly owner: string | null;
  /** Streams and tables that its text names. */
  readonly sources: readonly string[];
}

/** What statements that only look may see. */
export interface StatementServices {
  readonly env: Env;
  readonly broker: Broker;
  readonly registry: SchemaRegistry;
  readonly functions: FunctionCatalogue;
  readonly settings: Settings;
  /** `host:port` of this server, as shown with statuses. */
  host(): string;
  catalog(): Catalog;
  /** Running persistent queries, newest facts. */
  status(): Promise<readonly QueryStatus[]>;
  plan(queryId: string): PersistentPlan | null;
  /** Consumer group of a persistent query. */
  groupId(queryId: string): string;
  /** Push queries of this server. */
  pushQueries(): readonly PushQuery[];
  stopPush(queryId: string): boolean;
  /** For EXPLAIN of a statement: what planning would see now. Retries when schemas must be fetched. */
  planWith<T>(from: RequestStatement, plan: (context: PlannerContext) => T): Promise<T>;
}
