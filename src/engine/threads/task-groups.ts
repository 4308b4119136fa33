import type { PersistentPlan, PullPlan } from '../../plan/index.js';
import type { GroupMeasures, MessageQueryOptions, PreparedPull, PushOptions, PushSource, QueryStatus, RowStream, Spread } from '../../runtime/index.js';
import type { Constants } from './constants.js';

/** The running queries as the engine sees them, in whichever threads they are. */
export interface TaskGroups extends QueryGroup {
  /** Throws RequestError for a plan that no thread could run. */
  check(plan: PersistentPlan): void;
  /** For one request: its constants whose functions run in threads of their own. */
  constants(): Constants;
}

/** What a single task group does for them. */
export interface QueryGroup {
  /** Resolves when the query has its tasks and their stores are restored, or has failed and waits to try again. */
  startQuery(plan: PersistentPlan, options?: Partial<MessageQueryOptions>): Promise<void>;
  pauseQuery(queryId: string): Promise<void>;
  resumeQuery(queryId: string): Promise<void>;
  stopQuery(queryId: string, options: { readonly deleteState: boolean }): Promise<void>;
  status(): Promise<readonly QueryStatus[]>;
  /** Which servers have the query's tasks; null: they are being handed out at this moment. */
  spread(queryId: string): Promise<Spread | null>;
  /** What it holds now: takes a look at the stores. */
  measure(): Promise<GroupMeasures>;
  /** Resolves when every input record that exists for these queries (default: all) has been processed and committed. */
  whenIdle(queryIds?: readonly string[] | null): Promise<void>;
  preparePull(plan: PullPlan): Promise<PreparedPull>;
  push(source: PushSource, options?: Partial<PushOptions>): RowStream;
  close(): Promise<void>;
}
