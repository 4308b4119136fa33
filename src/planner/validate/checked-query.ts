import type { PlanError } from '../../errors/index.js';
import type { FunctionCall } from '../../parser/index.js';
import type { QueryAnalysis } from '../bind/analysis.js';
import type { OutputItem } from '../bind/select-items.js';
import type { PlannerContext } from '../context.js';

/** A query whose names are known, as the rules see it. */
export interface CheckedQuery {
  readonly analysis: QueryAnalysis;
  readonly items: readonly OutputItem[];
  /** Aggregate calls of SELECT and HAVING, in written order. */
  readonly aggregates: readonly FunctionCall[];
  /** Table function calls of SELECT. */
  readonly tableFunctions: readonly FunctionCall[];
  /** What the rows go into; null for a query of a client. */
  readonly sink: { readonly name: string } | null;
  /** All sources are tables. */
  readonly readsTable: boolean;
}

/** Looks at one thing; the error it finds, or null. Rules refuse and never change. */
export type Rule = (query: CheckedQuery, context: PlannerContext) => PlanError | null;
