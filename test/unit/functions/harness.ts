import { present } from '../../../src/errors/index.js';
import { resolveFunction } from '../../../src/expr/resolve-function.js';
import {
  builtInFunctions, EvaluationError,
  type AggregateFunction, type ArgumentType, type BoundAggregate, type FunctionArgument, type FunctionContext, type FunctionEntry,
} from '../../../src/functions/index.js';
import { castFunction, type SqlType, type SqlValue } from '../../../src/types/index.js';

/** Calls functions as compiled expressions do: overload, casts, null rules, binding, evaluation. */
export function contextWith(properties: Readonly<Record<string, string>> = {}): FunctionContext {
  const settings = new Map(Object.entries(properties));
  return {
    clock: { now: () => 0 },
    random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
    zoneId: 'UTC',
    property: (name) => settings.get(name) ?? null,
  };
}

export interface TypedArgument {
  readonly type: ArgumentType;
  readonly value: FunctionArgument;
}
export const given = (type: ArgumentType, value: FunctionArgument): TypedArgument => ({ type, value });
export const NULL: TypedArgument = { type: { kind: 'NULL' }, value: null };

export function entryOf(name: string): FunctionEntry {
  return present(builtInFunctions.find(name), `function ${name}`);
}

function resolve(name: string, args: readonly TypedArgument[]) {
  const entry = entryOf(name);
  const resolution = resolveFunction(entry, args.map(({ type }) => type));
  const types = args.map(({ type }, index): ArgumentType => resolution.casts[index] ?? type);
  const values = args.map(({ type, value }, index): FunctionArgument => {
    const target = resolution.casts[index] ?? null;
    if (target === null || value === null || typeof value === 'function' || type.kind === 'NULL' || type.kind === 'UNIT' || type.kind === 'LAMBDA') return value;
    return present(castFunction(type, target), 'an implicit cast')(value);
  });
  return { entry, index: resolution.variant, types, values };
}

export interface Result {
  readonly type: SqlType;
  readonly value: SqlValue;
}

export function call(name: string, ...args: readonly TypedArgument[]): Result {
  const { entry, index, types, values } = resolve(name, args);
  if (entry.kind !== 'scalar') throw new Error(`${name} is not scalar`);
  const variant = present(entry.variants[index], 'a variant');
  const type = typeof variant.returns === 'function' ? variant.returns(types) : variant.returns;
  values.forEach((value, at) => {
    const parameter = variant.parameters[Math.min(at, variant.parameters.length - 1)];
    if (value === null && parameter?.primitive === true) throw new EvaluationError('null for a primitive parameter');
  });
  if (variant.nulls === 'propagate' && values.includes(null)) return { type, value: null };
  const evaluate = variant.bind({ argumentTypes: types, returnType: type, constants: values.map(() => undefined), context: contextWith() });
  return { type, value: evaluate(...values) };
}
export const valueOf = (name: string, ...args: readonly TypedArgument[]): SqlValue => call(name, ...args).value;

export function rowsOf(name: string, ...args: readonly TypedArgument[]): { readonly type: SqlType; readonly rows: readonly SqlValue[] | null } {
  const { entry, index, types, values } = resolve(name, args);
  if (entry.kind !== 'table') throw new Error(`${name} is not a table function`);
  const variant = present(entry.variants[index], 'a variant');
  const type = typeof variant.returns === 'function' ? variant.returns(types) : variant.returns;
  return { type, rows: variant.bind({ argumentTypes: types, returnType: type, constants: [], context: contextWith() })(...values) };
}

/** An aggregate over columns of the types, with literal arguments. */
export function aggregate(name: string, columns: readonly SqlType[], literals: readonly Result[] = [], properties: Readonly<Record<string, string>> = {}): BoundAggregate {
  const entry = aggregateEntry(name);
  const { variant: index } = resolveFunction(entry, [...columns, ...literals.map(({ type }) => type)]);
  let sequence = 0;
  return present(entry.variants[index], 'a variant').bind({
    argumentTypes: columns,
    literals: literals.map(({ value }) => value),
    context: contextWith(properties),
    nextSequence: () => sequence++,
  });
}
function aggregateEntry(name: string): AggregateFunction {
  const entry = entryOf(name);
  if (entry.kind !== 'aggregate') throw new Error(`${name} is not an aggregate`);
  return entry;
}

export type Row = readonly SqlValue[];
export const stateAfter = (bound: BoundAggregate, rows: readonly Row[], from = bound.initialize()): SqlValue =>
  rows.reduce<SqlValue>((state, row) => bound.aggregate(state, row), from);
export const resultOf = (bound: BoundAggregate, rows: readonly Row[]): SqlValue => bound.result(stateAfter(bound, rows));
