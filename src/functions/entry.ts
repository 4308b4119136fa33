import type { Random, Clock } from '../env/index.js';
import type { Long, SqlType, SqlValue } from '../types/index.js';

/**
 * A function is one entry in the catalogue: its name, its documentation, its variants and how each is evaluated.
 * Nothing here knows SQL text, plans or records. A failing call throws `EvaluationError` (see `evaluation-error.ts`).
 */
export type FunctionCategory =
  | 'AGGREGATE' | 'ARRAY' | 'CONDITIONAL' | 'CONVERSIONS' | 'DATE / TIME' | 'JSON' | 'LAMBDA' | 'MAP' | 'MATHEMATICAL'
  | 'OTHER' | 'REGULAR EXPRESSION' | 'STRING' | 'TABLE' | 'URL';

/**
 * What a parameter accepts.
 * - a concrete SqlType; for DECIMAL use `anyDecimal` (any precision and scale);
 * - `generic`: every use of one name must resolve to one and the same type; generics may stand inside ARRAY, MAP and STRUCT;
 * - `any`: each argument may have a type of its own;
 * - `unit`: a bare interval unit word; the evaluator gets 'DAYS' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'MILLISECONDS';
 * - `lambda`: the evaluator gets a JavaScript function of its parameters.
 */
export type ParameterType =
  | { readonly kind: 'concrete'; readonly type: SqlType }
  | { readonly kind: 'anyDecimal' }
  | { readonly kind: 'generic'; readonly name: string }
  | { readonly kind: 'array'; readonly item: ParameterType }
  | { readonly kind: 'map'; readonly key: ParameterType; readonly value: ParameterType }
  | { readonly kind: 'struct'; readonly fields: readonly { readonly name: string; readonly type: ParameterType }[] }
  | { readonly kind: 'any' }
  | { readonly kind: 'unit' }
  | { readonly kind: 'lambda'; readonly parameters: readonly ParameterType[]; readonly returns: ParameterType };

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly description?: string;
  /** The last parameter (for aggregates: any one) may repeat zero or more times: see `parameterFor` in `generics.ts`. */
  readonly variadic?: boolean;
  /** A null given here makes the call fail (Java primitive parameter). */
  readonly primitive?: boolean;
}

/** What the composition gives functions: the only way to clock, randomness and settings. */
export interface FunctionContext {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** The server's default zone id, e.g. `UTC`. */
  readonly zoneId: string;
  /** A configuration property such as `ksql.functions.collect_list.limit`, or null. */
  property(name: string): string | null;
}

/** One call in one place of a query, known at compile time. */
export interface CallSite {
  readonly argumentTypes: readonly ArgumentType[];
  readonly returnType: SqlType;
  /** Value of each argument that is a literal; undefined for the others. */
  readonly constants: readonly (SqlValue | undefined)[];
  readonly context: FunctionContext;
}

/** Static type of an argument. `null` literal: type NULL matches every parameter. */
export type ArgumentType =
  | SqlType
  | { readonly kind: 'NULL' }
  | { readonly kind: 'UNIT' }
  | { readonly kind: 'LAMBDA'; readonly parameters: readonly SqlType[]; readonly returns: SqlType };

/** What a compiled expression passes: SQL values, unit words (strings) and lambdas. */
export type FunctionArgument = SqlValue | ((...values: SqlValue[]) => SqlValue);
export type Evaluator = (...values: FunctionArgument[]) => SqlValue;

export interface ScalarVariant {
  readonly parameters: readonly Parameter[];
  /** The result type, or a pure rule over the resolved argument types; throws BindError where the rule refuses. */
  readonly returns: SqlType | ((argumentTypes: readonly ArgumentType[]) => SqlType);
  /** The result as signatures show it. */
  readonly declaredReturns: ParameterType;
  /**
   * 'propagate': any null argument gives null without a call. 'called': the function sees nulls.
   * A null for a primitive parameter fails the call in both cases; the caller checks that first.
   */
  readonly nulls: 'propagate' | 'called';
  /** Called once per place of use; the result is called once per row. Nothing is shared between places of use. */
  readonly bind: (site: CallSite) => Evaluator;
  /** As `bind`, for a DECIMAL that becomes a text next: gives and accepts values of their own scale (`atOwnScale`). */
  readonly bindAtOwnScale?: (site: CallSite) => Evaluator;
}

/** Shown in the reference and executed as a test. */
export interface FunctionExample {
  /** An expression over no columns; for an aggregate, over the columns of `over`. */
  readonly sql: string;
  /** For aggregates: typed columns (`x INTEGER, y STRING`) and rows of literals (`1, 'a'`), all in one group. */
  readonly over?: { readonly columns: string; readonly rows: readonly string[] };
  /** The result as SQL text shows it (`CAST(… AS STRING)` form), or null. For a table function: one line per row. */
  readonly result: string | null;
}

interface Documented {
  /** Upper case. */
  readonly name: string;
  /** How messages spell the name; as `name` when absent. Clients match on some of ksqlDB's, which are not all upper case. */
  readonly shownAs?: string;
  readonly category: FunctionCategory;
  readonly description: string;
  readonly author?: string;
  readonly examples: readonly FunctionExample[];
}

export interface ScalarFunction extends Documented {
  readonly kind: 'scalar';
  /** false: never folded to a constant (RANDOM, UUID, UNIX_TIMESTAMP). */
  readonly deterministic: boolean;
  readonly variants: readonly ScalarVariant[];
}

export interface TableVariant {
  readonly parameters: readonly Parameter[];
  readonly returns: SqlType | ((argumentTypes: readonly ArgumentType[]) => SqlType);
  /** One row's value as signatures show it. */
  readonly declaredReturns: ParameterType;
  /** null: no rows. */
  readonly bind: (site: CallSite) => (...values: FunctionArgument[]) => readonly SqlValue[] | null;
}
export interface TableFunction extends Documented {
  readonly kind: 'table';
  readonly variants: readonly TableVariant[];
}

/**
 * An aggregate bound to one place of use. `S` is a plain SQL value of type `stateType`: it is stored, restored and put
 * into changelogs by its type, so it must follow the representation table of `types/value.ts`. Functions return the new
 * state and may return the same (mutated-never) value; they must not mutate a state they were given (but see `inPlace`).
 */
export interface BoundAggregate {
  readonly stateType: SqlType;
  readonly returnType: SqlType;
  initialize(): SqlValue;
  /** `values` are the column arguments of one row; nulls included. */
  aggregate(state: SqlValue, values: readonly SqlValue[]): SqlValue;
  /** Session merge; `later` is the session with the later end. Null when the function cannot merge. */
  readonly merge: ((earlier: SqlValue, later: SqlValue) => SqlValue) | null;
  /** Takes one row back. Null when the function cannot: then it is refused over tables. */
  readonly undo: ((state: SqlValue, values: readonly SqlValue[]) => SqlValue) | null;
  result(state: SqlValue): SqlValue;
  /**
   * Fast path for COUNT, SUM, MIN and MAX of one number: lets the runtime inline. Purely an optimisation; equals `aggregate`.
   * A null value v leaves the state s as it is; else the new state is
   * - count: s + 1;
   * - sum: INTEGER `(s + v) | 0`; DOUBLE `s + v`; BIGINT `s + v` where all are safe integers, else `wrapLong` of the sum in bigint;
   * - max: `s === null || v > s || v !== v ? v : s`;
   * - min: `s === null || v < s || s !== s ? v : s` (NaN is the greatest DOUBLE, as in Java).
   */
  readonly inline?: 'count' | 'sum' | 'min' | 'max';
  /** For states that grow with their rows: a new one for each row would cost as much as all rows before it. */
  readonly inPlace?: InPlaceAggregate;
  /** A row may be refused by it: the states of its neighbours must then be as they were before. */
  readonly mayRefuse?: true;
}

/** `aggregate` and `undo` on a state that nobody else holds: they change it, and return it or another one. Results are the same. */
export interface InPlaceAggregate {
  /** A state of one's own, equal to the given one. */
  copy(state: SqlValue): SqlValue;
  aggregate(state: SqlValue, values: readonly SqlValue[]): SqlValue;
  /** Null where the aggregate has no `undo`. */
  readonly undo: ((state: SqlValue, values: readonly SqlValue[]) => SqlValue) | null;
}

/** One aggregate call of a query in one task. */
export interface AggregateSite {
  /** Types of the column arguments; a NULL literal has taken the type of its parameter. */
  readonly argumentTypes: readonly SqlType[];
  readonly literals: readonly SqlValue[];
  readonly context: FunctionContext;
  /**
   * Numbers rows in processing order: every call gives a greater number than all calls before, also over restarts, so the
   * counter is part of what the task commits. EARLIEST_ and LATEST_BY_OFFSET order merged sessions by it.
   */
  readonly nextSequence: () => Long;
}

export interface AggregateVariant {
  /** Column arguments; at most one of them variadic. */
  readonly parameters: readonly Parameter[];
  /** Literal arguments after the columns. */
  readonly literals: readonly Parameter[];
  readonly returns: SqlType | ((argumentTypes: readonly ArgumentType[]) => SqlType);
  /** The result as signatures show it. */
  readonly declaredReturns: ParameterType;
  /** Part of the plan: the type under which the state is stored and sent to the changelog. */
  readonly stateType: SqlType | ((argumentTypes: readonly ArgumentType[]) => SqlType);
  /** False: refused over tables, and `undo` of the bound aggregate is null. */
  readonly undoable: boolean;
  /** Called once per task; throws BindError where a literal is refused, so the planner calls it too. */
  readonly bind: (site: AggregateSite) => BoundAggregate;
}
export interface AggregateFunction extends Documented {
  readonly kind: 'aggregate';
  readonly variants: readonly AggregateVariant[];
}

export type FunctionEntry = ScalarFunction | TableFunction | AggregateFunction;

/** Looks functions up by upper-cased name; user functions and test functions are layered over the built-in ones. */
export interface FunctionCatalogue {
  find(name: string): FunctionEntry | null;
  list(): readonly FunctionEntry[];
}
