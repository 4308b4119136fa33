import type { JsObject, JsValue } from '../../types/index.js';

/**
 * Functions that users write in JavaScript. Types are SQL text; values are those that rows have for programs (`JsValue`).
 * A definition is plain data: the `define…` functions only add the kind, and the types of the arguments.
 */
export type ScalarText = 'BOOLEAN' | 'INT' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'STRING' | 'VARCHAR' | 'BYTES' | 'DATE' | 'TIME' | 'TIMESTAMP';
type Named = string | { readonly name?: string; readonly type: string; readonly description?: string };

/** The JavaScript type of a SQL type's values. */
export type ValueOfType<T extends string> = T extends 'BOOLEAN'
  ? boolean
  : T extends 'INT' | 'INTEGER' | 'DOUBLE'
    ? number
    : T extends 'BIGINT'
      ? number | bigint
      : T extends 'STRING' | 'VARCHAR' | 'DATE' | 'TIME' | 'DECIMAL' | `DECIMAL(${string}`
        ? string
        : T extends 'BYTES'
          ? Uint8Array
          : T extends 'TIMESTAMP'
            ? Date
            : T extends `STRUCT<${string}`
              ? JsObject
              : T extends `MAP<${string}`
                ? ReadonlyMap<JsValue, JsValue>
                : T extends `ARRAY<${string}`
                  ? readonly JsValue[]
                  : JsValue;
type TextOf<P> = P extends string ? P : P extends { readonly type: infer T extends string } ? T : string;
type Nulls = 'propagate' | 'called';
type OrNull<V, N extends Nulls> = N extends 'called' ? V | null : V;
type ArgumentsOf<P extends readonly Named[], N extends Nulls> = P extends readonly [infer Head, ...infer Tail extends readonly Named[]]
  ? TextOf<Head> extends `${infer T}...`
    ? OrNull<ValueOfType<T>, N>[]
    : [OrNull<ValueOfType<TextOf<Head>>, N>, ...ArgumentsOf<Tail, N>]
  : [];

interface Described {
  /** Letters, digits and underscores; SQL does not tell upper from lower case. Several definitions of one name are its variants. */
  readonly name: string;
  readonly description?: string;
  readonly author?: string;
}

/** A value for a row's values. Types of parameters such as `INT`, `ARRAY<STRING>`, `DECIMAL` (of any size); the last may be `STRING...`. */
export interface ScalarDefinition<P extends readonly Named[] = readonly Named[], N extends Nulls = Nulls, R extends string = string> extends Described {
  readonly parameters: P;
  readonly returns: R;
  /** 'propagate' (as without it): a null argument gives null, without a call. 'called': the function gets nulls. */
  readonly nulls?: N;
  /** false: another result with the same arguments is possible, so that calls are never folded into constants. */
  readonly deterministic?: boolean;
  evaluate(...values: ArgumentsOf<P, N>): ValueOfType<R> | null | undefined;
}

/** Rows for a row's values; nulls are passed. Null and undefined are no rows. */
export interface TableDefinition<P extends readonly Named[] = readonly Named[], R extends string = string> extends Described {
  readonly parameters: P;
  readonly returns: R;
  evaluate(...values: ArgumentsOf<P, 'called'>): Iterable<ValueOfType<R> | null> | null | undefined;
}

/**
 * A value for the rows of a group. The state is stored and restored as a value of its SQL type; it may be changed in place or
 * a new one be returned, but one is returned. Nulls are passed.
 */
export interface AggregateDefinition<P extends readonly Named[] = readonly Named[], S extends string = string, R extends string = string> extends Described {
  readonly parameters: P;
  readonly state: S;
  readonly returns: R;
  initialize(): ValueOfType<S> | null;
  aggregate(state: ValueOfType<S>, ...values: ArgumentsOf<P, 'called'>): ValueOfType<S> | null;
  /** For session windows; without it the function is refused there. Either state may be one of `initialize`. */
  merge?(earlier: ValueOfType<S>, later: ValueOfType<S>): ValueOfType<S> | null;
  /** Takes a row back; without it the function is refused over tables. */
  undo?(state: ValueOfType<S>, ...values: ArgumentsOf<P, 'called'>): ValueOfType<S> | null;
  /** The state itself without it. */
  result?(state: ValueOfType<S>): ValueOfType<R> | null | undefined;
}

/** What a module exports, and what `open({ functions })` takes. Checked when it is loaded. */
export interface FunctionDefinition {
  readonly kind: 'scalar' | 'table' | 'aggregate';
  readonly name: string;
}

export const defineScalar = <const P extends readonly Named[], R extends string, N extends Nulls = 'propagate'>(definition: ScalarDefinition<P, N, R>): FunctionDefinition => ({ ...definition, kind: 'scalar' });
export const defineTable = <const P extends readonly Named[], R extends string>(definition: TableDefinition<P, R>): FunctionDefinition => ({ ...definition, kind: 'table' });
export const defineAggregate = <const P extends readonly Named[], S extends string, R extends string>(definition: AggregateDefinition<P, S, R>): FunctionDefinition => ({ ...definition, kind: 'aggregate' });
