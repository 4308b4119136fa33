import { assert, BindError } from '../errors/index.js';
import * as sql from '../types/index.js';
import type { Long, SqlType, SqlValue } from '../types/index.js';
import type {
  AggregateFunction, AggregateSite, AggregateVariant, ArgumentType, BoundAggregate, CallSite, Evaluator, InPlaceAggregate, Parameter, ParameterType,
  ScalarFunction, ScalarVariant, TableFunction, TableVariant,
} from './entry.js';
import { sqlTypeOf } from './argument-types.js';
import { instantiate, matchParameters } from './generics.js';

/**
 * Builders for catalogue entries. A parameter carries the TypeScript type of its values (`V`, never null), so that the type
 * of `evaluate` follows from `parameters` and entry files need no casts.
 *
 *     variant({ parameters: [p.string('str'), p.integer('n')], returns: t.string, nulls: 'propagate', evaluate: (str, n) => … })
 */
declare const valueType: unique symbol;

/** A value that is not null. */
export type Value = Exclude<SqlValue, null>;
export type Unit = 'DAYS' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'MILLISECONDS';

/** A parameter or result type whose values are `V` in memory. */
export interface TypeSpec<V> {
  readonly type: ParameterType;
  readonly [valueType]?: () => V;
}
export interface ParameterSpec<V> extends Parameter {
  readonly [valueType]?: () => V;
}
/** A result type that follows from the argument types by a rule of its own. */
export interface ReturnRule<V> {
  readonly declared: TypeSpec<V>;
  readonly resolve: (argumentTypes: readonly ArgumentType[]) => SqlType;
}

const spec = <V>(type: ParameterType): TypeSpec<V> => ({ type });
const concrete = <V>(type: SqlType): TypeSpec<V> => ({ type: { kind: 'concrete', type } });
type ValueOf<S> = S extends { readonly [valueType]?: () => infer V } ? V : never;
type NullableValues<S extends readonly TypeSpec<unknown>[]> = { readonly [I in keyof S]: ValueOf<S[I]> | null };
type FieldSpecs = readonly (readonly [name: string, type: TypeSpec<unknown>])[];
type FieldValues<F extends FieldSpecs> = { readonly [I in keyof F]: ValueOf<F[I][1]> };
const fieldsOf = (fields: FieldSpecs): ParameterType => ({ kind: 'struct', fields: fields.map(([name, { type }]) => ({ name, type })) });

/** Types of parameters, results and aggregate states. */
export const t = {
  boolean: concrete<boolean>(sql.BOOLEAN),
  integer: concrete<number>(sql.INTEGER),
  bigint: concrete<Long>(sql.BIGINT),
  double: concrete<number>(sql.DOUBLE),
  string: concrete<string>(sql.STRING),
  bytes: concrete<Uint8Array>(sql.BYTES),
  date: concrete<number>(sql.DATE),
  time: concrete<number>(sql.TIME),
  timestamp: concrete<Long>(sql.TIMESTAMP),
  /** DECIMAL of any precision and scale: the unscaled value. */
  decimal: spec<Long>({ kind: 'anyDecimal' }),
  any: spec<Value>({ kind: 'any' }),
  unit: spec<Unit>({ kind: 'unit' }),
  generic: (name: string): TypeSpec<Value> => ({ type: { kind: 'generic', name } }),
  array: <V>(item: TypeSpec<V>): TypeSpec<readonly (V | null)[]> => ({ type: { kind: 'array', item: item.type } }),
  map: <K, V>(key: TypeSpec<K>, value: TypeSpec<V>): TypeSpec<ReadonlyMap<K, V | null>> => ({
    type: { kind: 'map', key: key.type, value: value.type },
  }),
  struct: <const F extends FieldSpecs>(...fields: F): TypeSpec<FieldValues<{ readonly [I in keyof F]: readonly [string, TypeSpec<ValueOf<F[I][1]> | null>] }>> => ({
    type: fieldsOf(fields),
  }),
  lambda: <const P extends readonly TypeSpec<unknown>[], R>(parameters: P, returns: TypeSpec<R>): TypeSpec<(...values: NullableValues<P>) => R | null> => ({
    type: { kind: 'lambda', parameters: parameters.map(({ type }) => type), returns: returns.type },
  }),
  /** For aggregate states: an array that never holds nulls. */
  list: <V>(item: TypeSpec<V>): TypeSpec<readonly V[]> => ({ type: { kind: 'array', item: item.type } }),
  /** For aggregate states: a struct whose fields are never null unless `nullable`. */
  record: <const F extends FieldSpecs>(...fields: F): TypeSpec<FieldValues<F>> => ({ type: fieldsOf(fields) }),
  nullable: <V>(inner: TypeSpec<V>): TypeSpec<V | null> => ({ type: inner.type }),
} as const;

const parameterOf =
  <V>(type: TypeSpec<V>) =>
  (name: string, description?: string): ParameterSpec<V> =>
    parameter(name, type, description);

function parameter<V>(name: string, { type }: TypeSpec<V>, description?: string): ParameterSpec<V> {
  return description === undefined ? { name, type } : { name, type, description };
}

/** Parameters: `p.string('str')`, `p.of(t.array(t.string), 'items')`, `primitive(p.integer('n'))`, `variadic(p.string('rest'))`. */
export const p = {
  of: <V>(type: TypeSpec<V>, name: string, description?: string): ParameterSpec<V> => parameter(name, type, description),
  boolean: parameterOf(t.boolean),
  integer: parameterOf(t.integer),
  bigint: parameterOf(t.bigint),
  double: parameterOf(t.double),
  string: parameterOf(t.string),
  bytes: parameterOf(t.bytes),
  date: parameterOf(t.date),
  time: parameterOf(t.time),
  timestamp: parameterOf(t.timestamp),
  decimal: parameterOf(t.decimal),
  any: parameterOf(t.any),
  unit: (name = 'unit', description?: string) => parameter(name, t.unit, description),
  generic: (genericName: string, name: string, description?: string) => parameter(name, t.generic(genericName), description),
  array: <V>(item: TypeSpec<V>, name: string, description?: string) => parameter(name, t.array(item), description),
  map: <K, V>(key: TypeSpec<K>, value: TypeSpec<V>, name: string, description?: string) => parameter(name, t.map(key, value), description),
} as const;

/** A null given to it makes the call fail, so `evaluate` never sees one. */
export const primitive = <V>(of: ParameterSpec<V>): ParameterSpec<V> & { readonly primitive: true } => ({ ...of, primitive: true });
/** Repeats zero or more times. */
export const variadic = <P extends ParameterSpec<unknown>>(of: P): P & { readonly variadic: true } => ({ ...of, variadic: true });

export type NullHandling = 'propagate' | 'called';
type Specs = readonly ParameterSpec<unknown>[];
type ArgumentOf<P, N extends NullHandling> = P extends { readonly primitive: true } ? ValueOf<P> : N extends 'propagate' ? ValueOf<P> : ValueOf<P> | null;
/** What `evaluate` is called with. */
export type Arguments<P extends Specs, N extends NullHandling> = P extends readonly [infer Head, ...infer Tail extends Specs]
  ? Head extends { readonly variadic: true }
    ? Tail extends readonly []
      ? ArgumentOf<Head, N>[]
      : SqlValue[]
    : [ArgumentOf<Head, N>, ...Arguments<Tail, N>]
  : [];

/** The result has the type of argument `index` (for DECIMAL: its precision and scale too). */
export function sameTypeAs<V>(index: number, declared: TypeSpec<V>): ReturnRule<V> {
  return {
    declared,
    resolve: (argumentTypes) => sqlTypeOf(argumentTypes[index]),
  };
}

type Resolver = (argumentTypes: readonly ArgumentType[]) => SqlType;

/** A fixed type, or the rule that puts the generics' types in. */
function resolverOf(returns: TypeSpec<unknown> | ReturnRule<unknown>, parameters: Specs): SqlType | Resolver {
  if ('resolve' in returns) return returns.resolve;
  const fixed = instantiate(returns.type, new Map());
  if (fixed !== null) return fixed;
  return (argumentTypes) => {
    const bindings = matchParameters(parameters, argumentTypes);
    const type = bindings === null ? null : instantiate(returns.type, bindings);
    if (type === null) {
      throw new BindError('The result type does not follow from the arguments.', { hint: 'Give NULL a type: CAST(NULL AS <type>).' });
    }
    return type;
  };
}

const declaredOf = (returns: TypeSpec<unknown> | ReturnRule<unknown>): ParameterType =>
  'resolve' in returns ? returns.declared.type : returns.type;

interface ScalarDefinition<P extends Specs, N extends NullHandling, R> {
  readonly parameters: P;
  readonly returns: TypeSpec<R> | ReturnRule<R>;
  readonly nulls: N;
}

/** A variant whose evaluation needs nothing but its arguments. */
export function variant<const P extends Specs, N extends NullHandling, R extends SqlValue>(
  definition: ScalarDefinition<P, N, R> & { readonly evaluate: (...values: Arguments<P, N>) => R | null },
): ScalarVariant {
  return boundVariant({ ...definition, bind: () => definition.evaluate });
}

/** A variant that looks at the place of use (types, constants, context) before the first row. */
export function boundVariant<const P extends Specs, N extends NullHandling, R extends SqlValue>(
  definition: ScalarDefinition<P, N, R> & {
    readonly bind: (site: CallSite) => (...values: Arguments<P, N>) => R | null;
    readonly bindAtOwnScale?: ScalarVariant['bindAtOwnScale'];
  },
): ScalarVariant {
  const { parameters, returns, nulls, bind, bindAtOwnScale } = definition;
  checkVariadic(parameters, 'last');
  return {
    parameters,
    returns: resolverOf(returns, parameters),
    declaredReturns: declaredOf(returns),
    nulls,
    // The caller passes values of the parameters' types (that is what choosing the variant means), so narrowing is sound.
    bind: (site) => bind(site) as Evaluator,
    ...(bindAtOwnScale === undefined ? {} : { bindAtOwnScale }),
  };
}

/** A variant of a table function. */
export function tableVariant<const P extends Specs, R extends SqlValue>(definition: {
  readonly parameters: P;
  readonly returns: TypeSpec<R> | ReturnRule<R>;
  readonly bind: (site: CallSite) => (...values: Arguments<P, 'called'>) => readonly (NoInfer<R> | null)[] | null;
}): TableVariant {
  const { parameters, returns, bind } = definition;
  checkVariadic(parameters, 'last');
  return {
    parameters,
    returns: resolverOf(returns, parameters),
    declaredReturns: declaredOf(returns),
    // As in boundVariant: the chosen variant fixes the types of the values.
    bind: (site) => bind(site) as ReturnType<TableVariant['bind']>,
  };
}

/** The behaviour of an aggregate at one place of use, with typed state and columns. */
export interface AggregateBehaviour<C extends unknown[], S, R> {
  readonly initialize: () => S;
  readonly aggregate: (state: S, ...columns: C) => S;
  readonly merge: ((earlier: S, later: S) => S) | null;
  readonly undo?: (state: S, ...columns: C) => S;
  readonly result: (state: S) => R;
  readonly inline?: BoundAggregate['inline'];
  /** See `BoundAggregate.inPlace`. */
  readonly inPlace?: {
    readonly copy: (state: S) => S;
    readonly aggregate: (state: S, ...columns: C) => S;
    readonly undo?: (state: S, ...columns: C) => S;
  };
}

/** What an aggregate knows about its place of use; `literals` are typed by the variant's literal parameters. */
export type BindSite<L extends Specs> = Omit<AggregateSite, 'literals'> & {
  readonly literals: Arguments<L, 'called'>;
  readonly stateType: SqlType;
  readonly returnType: SqlType;
};
interface AggregateDefinition<P extends Specs, L extends Specs, S, R> {
  readonly parameters: P;
  readonly literals?: L;
  readonly state: TypeSpec<S> | ReturnRule<S>;
  readonly returns: TypeSpec<R> | ReturnRule<R>;
  readonly undoable: boolean;
  readonly bind: (site: BindSite<L>) => AggregateBehaviour<Arguments<P, 'called'>, NoInfer<S>, NoInfer<R> | null>;
}

/**
 * A variant of an aggregate function. With `undoable`, `bind` must give `undo`.
 * (`readonly []` in the bound of S lets the compiler read array literals as tuples.)
 */
export function aggregateVariant<const P extends Specs, S extends SqlValue | readonly [], R extends SqlValue, const L extends Specs = readonly []>(
  definition: AggregateDefinition<P, L, S, R>,
): AggregateVariant {
  const { parameters, literals = [], state, returns, undoable, bind } = definition;
  checkVariadic(parameters, 'any');
  checkVariadic(literals, 'last');
  const stateType = resolverOf(state, parameters);
  const returnType = resolverOf(returns, parameters);
  return {
    parameters,
    literals,
    returns: returnType,
    declaredReturns: declaredOf(returns),
    stateType,
    undoable,
    bind: (site) => {
      const types = {
        stateType: typeof stateType === 'function' ? stateType(site.argumentTypes) : stateType,
        returnType: typeof returnType === 'function' ? returnType(site.argumentTypes) : returnType,
      };
      // The planner has matched the literals to the parameters they are typed by.
      const behaviour = bind({ ...site, ...types, literals: site.literals as Arguments<L, 'called'> });
      assert(undoable === (behaviour.undo !== undefined), 'an undoable aggregate has undo, another has none');
      return { ...types, ...untyped(behaviour, site.argumentTypes.length) };
    },
  };
}

type UntypedBehaviour = Omit<BoundAggregate, 'stateType' | 'returnType'>;
type Update = (state: SqlValue, ...values: SqlValue[]) => SqlValue;

/**
 * Forgets the types of state and columns: states come from this aggregate or from a store by its state type, columns by the
 * chosen variant, so every value has the type that `behaviour` was written for.
 */
function untyped<C extends unknown[], S extends SqlValue, R extends SqlValue>(behaviour: AggregateBehaviour<C, S, R>, columns: number): UntypedBehaviour;
function untyped({ initialize, aggregate, merge, undo, result, inline, inPlace }: AggregateBehaviour<SqlValue[], SqlValue, SqlValue>, columns: number): UntypedBehaviour {
  return {
    initialize,
    aggregate: byPosition(aggregate, columns),
    merge,
    undo: undo === undefined ? null : byPosition(undo, columns),
    result,
    ...(inline === undefined ? {} : { inline }),
    ...(inPlace === undefined ? {} : { inPlace: inPlaceByPosition(inPlace, columns) }),
  };
}

function inPlaceByPosition({ copy, aggregate, undo }: NonNullable<AggregateBehaviour<SqlValue[], SqlValue, SqlValue>['inPlace']>, columns: number): InPlaceAggregate {
  return { copy, aggregate: byPosition(aggregate, columns), undo: undo === undefined ? null : byPosition(undo, columns) };
}

/** Passes columns by position: a spread per row costs more than the aggregates themselves. */
function byPosition(update: Update, columns: number): UntypedBehaviour['aggregate'] {
  if (columns === 1) return (state, values) => update(state, values[0] ?? null);
  if (columns === 2) return (state, values) => update(state, values[0] ?? null, values[1] ?? null);
  return (state, values) => update(state, ...values);
}

function checkVariadic(parameters: Specs, place: 'last' | 'any'): void {
  const at = parameters.flatMap((each, index) => (each.variadic === true ? [index] : []));
  assert(at.length <= 1, 'at most one parameter is variadic');
  assert(place === 'any' || at.every((index) => index === parameters.length - 1), 'the variadic parameter is the last one');
}

/** A scalar entry; deterministic unless said. */
export function scalar(entry: Omit<ScalarFunction, 'kind' | 'deterministic'> & { readonly deterministic?: false }): ScalarFunction {
  return { ...entry, kind: 'scalar', deterministic: entry.deterministic ?? true };
}
export const tableFunction = (entry: Omit<TableFunction, 'kind' | 'category'>): TableFunction => ({ ...entry, kind: 'table', category: 'TABLE' });
export const aggregateFunction = (entry: Omit<AggregateFunction, 'kind' | 'category'>): AggregateFunction => ({
  ...entry,
  kind: 'aggregate',
  category: 'AGGREGATE',
});
