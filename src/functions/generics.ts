import type { SqlType } from '../types/index.js';
import { array, map, struct, typesEqual } from '../types/index.js';
import type { ArgumentType, Parameter, ParameterType } from './entry.js';

/** What each generic name of a variant stands for in one call. */
export type GenericBindings = Map<string, SqlType>;

/**
 * The parameter that takes argument `index` of `count`. A variadic parameter takes what the others leave; it may stand
 * anywhere (only aggregates use another place than the last). Null: there is no such argument.
 */
export function parameterFor(parameters: readonly Parameter[], index: number, count: number): Parameter | null {
  const variadicAt = parameters.findIndex((parameter) => parameter.variadic === true);
  if (variadicAt < 0) return count === parameters.length ? (parameters[index] ?? null) : null;
  const repeated = count - (parameters.length - 1);
  if (repeated < 0) return null;
  if (index < variadicAt) return parameters[index] ?? null;
  return parameters[index < variadicAt + repeated ? variadicAt : index - repeated + 1] ?? null;
}

/**
 * Matches argument types exactly (no casts) and tells what the generics stand for; null when an argument does not fit.
 * A NULL literal fits every parameter and binds nothing.
 */
export function matchParameters(parameters: readonly Parameter[], argumentTypes: readonly ArgumentType[]): GenericBindings | null {
  const bindings: GenericBindings = new Map();
  const required = parameters.filter((parameter) => parameter.variadic !== true).length;
  if (argumentTypes.length < required) return null;
  for (const [index, argument] of argumentTypes.entries()) {
    const parameter = parameterFor(parameters, index, argumentTypes.length);
    if (parameter === null || !matchType(parameter.type, argument, bindings)) return null;
  }
  return bindings;
}

/** Whether `argument` is exactly of type `parameter`; adds to `bindings` what its generics stand for. */
export function matchType(parameter: ParameterType, argument: ArgumentType, bindings: GenericBindings): boolean {
  if (argument.kind === 'NULL') return parameter.kind !== 'unit' && parameter.kind !== 'lambda';
  switch (parameter.kind) {
    case 'unit':
      return argument.kind === 'UNIT';
    case 'lambda':
      return (
        argument.kind === 'LAMBDA' &&
        argument.parameters.length === parameter.parameters.length &&
        parameter.parameters.every((type, index) => {
          const actual = argument.parameters[index];
          return actual !== undefined && matchType(type, actual, bindings);
        }) &&
        matchType(parameter.returns, argument.returns, bindings)
      );
    default:
      return argument.kind !== 'UNIT' && argument.kind !== 'LAMBDA' && matchSqlType(parameter, argument, bindings);
  }
}

function matchSqlType(parameter: ParameterType, argument: SqlType, bindings: GenericBindings): boolean {
  switch (parameter.kind) {
    case 'any':
      return true;
    case 'concrete':
      return typesEqual(parameter.type, argument);
    case 'anyDecimal':
      return argument.kind === 'DECIMAL';
    case 'generic': {
      const bound = bindings.get(parameter.name);
      if (bound !== undefined) return typesEqual(bound, argument);
      bindings.set(parameter.name, argument);
      return true;
    }
    case 'array':
      return argument.kind === 'ARRAY' && matchType(parameter.item, argument.item, bindings);
    case 'map':
      return argument.kind === 'MAP' && matchType(parameter.key, argument.key, bindings) && matchType(parameter.value, argument.value, bindings);
    case 'struct':
      return (
        argument.kind === 'STRUCT' &&
        argument.fields.length === parameter.fields.length &&
        parameter.fields.every((field, index) => {
          const actual = argument.fields[index];
          return actual !== undefined && actual.name === field.name && matchType(field.type, actual.type, bindings);
        })
      );
    case 'unit':
    case 'lambda':
      return false;
  }
}

/** The SQL type that a parameter type stands for, or null when it is not fixed (unbound generic, any, DECIMAL of any size …). */
export function instantiate(type: ParameterType, bindings: GenericBindings): SqlType | null {
  switch (type.kind) {
    case 'concrete':
      return type.type;
    case 'generic':
      return bindings.get(type.name) ?? null;
    case 'array': {
      const item = instantiate(type.item, bindings);
      return item === null ? null : array(item);
    }
    case 'map': {
      const key = instantiate(type.key, bindings);
      const value = instantiate(type.value, bindings);
      return key === null || value === null ? null : map(key, value);
    }
    case 'struct': {
      const fields = type.fields.map((field) => ({ name: field.name, type: instantiate(field.type, bindings) }));
      const known = fields.flatMap(({ name, type: fieldType }) => (fieldType === null ? [] : [{ name, type: fieldType }]));
      return known.length === fields.length ? struct(known) : null;
    }
    case 'anyDecimal':
    case 'any':
    case 'unit':
    case 'lambda':
      return null;
  }
}
