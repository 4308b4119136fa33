import { BindError } from '../errors/index.js';
import {
  matchType, parameterFor,
  type ArgumentType, type FunctionEntry, type GenericBindings, type Parameter, type ParameterType,
} from '../functions/index.js';
import { array, asDecimal, canImplicitlyCast, isNumeric, map, typesEqual, type SqlType } from '../types/index.js';
import { formatArgumentType, formatSignature, parametersOf } from './signature.js';

/**
 * Overload resolution (functions reference §1): first exact types, then implicit casts. Aggregates take exact types only.
 * Among several matches: non-variadic; more declared parameters; fewer generics; no variadic of any type; later variadic
 * place. A tie is ambiguous.
 */
export interface Resolution {
  readonly variant: number;
  readonly parameters: readonly Parameter[];
  /** Per argument the type it must be cast to; null: as it is. */
  readonly casts: readonly (SqlType | null)[];
  readonly bindings: GenericBindings;
}

/** An argument whose type may have to wait: the types of a lambda's parameters follow from the other arguments. */
export type ResolvableArgument = ArgumentType | { readonly kind: 'UNBOUND_LAMBDA'; readonly arity: number };

export function resolveFunction(entry: FunctionEntry, argumentTypes: readonly ResolvableArgument[]): Resolution {
  const exact = candidates(entry, argumentTypes, false);
  const [bestExact, equallyExact] = best(exact);
  // Only NULL literals fit several variants alike.
  if (equallyExact !== undefined) throw ambiguous(entry, argumentTypes, exact);
  if (bestExact !== undefined) return bestExact;
  const [first, second] = entry.kind === 'aggregate' ? [] : best(candidates(entry, argumentTypes, true));
  if (first === undefined) throw noMatch(entry, argumentTypes);
  if (second !== undefined) throw ambiguous(entry, argumentTypes, best(candidates(entry, argumentTypes, true)));
  return first;
}

function candidates(entry: FunctionEntry, argumentTypes: readonly ResolvableArgument[], withCasts: boolean): readonly Resolution[] {
  return entry.variants.flatMap((_, variant) => {
    const found = matchVariant(parametersOf(entry, variant), argumentTypes, withCasts);
    return found === null ? [] : [{ variant, parameters: parametersOf(entry, variant), ...found }];
  });
}

function matchVariant(
  parameters: readonly Parameter[],
  argumentTypes: readonly ResolvableArgument[],
  withCasts: boolean,
): Pick<Resolution, 'casts' | 'bindings'> | null {
  const required = parameters.filter((parameter) => parameter.variadic !== true).length;
  if (argumentTypes.length < required) return null;
  const bindings: GenericBindings = new Map();
  const casts: (SqlType | null)[] = [];
  for (const [index, argument] of argumentTypes.entries()) {
    const parameter = parameterFor(parameters, index, argumentTypes.length);
    if (parameter === null) return null;
    const target = matchArgument(parameter.type, argument, bindings, withCasts);
    if (target === undefined) return null;
    casts.push(target);
  }
  return { casts, bindings };
}

/** Undefined: does not fit. Null: fits as it is. A type: fits after this cast. */
function matchArgument(parameter: ParameterType, argument: ResolvableArgument, bindings: GenericBindings, withCasts: boolean): SqlType | null | undefined {
  if (argument.kind === 'UNBOUND_LAMBDA') {
    return parameter.kind === 'lambda' && parameter.parameters.length === argument.arity ? null : undefined;
  }
  if (matchType(parameter, argument, bindings)) return null;
  if (!withCasts || argument.kind === 'NULL' || argument.kind === 'UNIT' || argument.kind === 'LAMBDA') return undefined;
  return castTarget(parameter, argument, bindings) ?? undefined;
}

/** The type an argument takes when it is cast to a parameter; generics are never cast to. */
function castTarget(parameter: ParameterType, argument: SqlType, bindings: GenericBindings): SqlType | null {
  switch (parameter.kind) {
    case 'concrete':
      return canImplicitlyCast(argument, parameter.type) ? parameter.type : null;
    case 'anyDecimal':
      return isNumeric(argument) ? asDecimal(argument) : null;
    case 'array': {
      const item = argument.kind === 'ARRAY' ? castTarget(parameter.item, argument.item, bindings) : null;
      return item === null ? null : array(item);
    }
    case 'map': {
      if (argument.kind !== 'MAP') return null;
      const key = castTarget(parameter.key, argument.key, bindings);
      const value = castTarget(parameter.value, argument.value, bindings);
      return key === null || value === null ? null : map(key, value);
    }
    default:
      return matchType(parameter, argument, bindings) ? argument : null;
  }
}

/** The best candidates; more than one when the ranking cannot tell them apart. */
function best(found: readonly Resolution[]): readonly Resolution[] {
  const sorted = found.toSorted((a, b) => compareRanks(rank(b.parameters), rank(a.parameters)));
  const [first] = sorted;
  if (first === undefined) return [];
  return sorted.filter((each) => compareRanks(rank(each.parameters), rank(first.parameters)) === 0);
}

function rank(parameters: readonly Parameter[]): readonly number[] {
  const variadicAt = parameters.findIndex((parameter) => parameter.variadic === true);
  const isAnyVariadic = parameters[variadicAt]?.type.kind === 'any';
  return [
    variadicAt < 0 ? 1 : 0,
    parameters.length,
    -parameters.filter((parameter) => hasGeneric(parameter.type)).length,
    isAnyVariadic ? 0 : 1,
    variadicAt,
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, left] of a.entries()) {
    const difference = left - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function hasGeneric(type: ParameterType): boolean {
  switch (type.kind) {
    case 'generic':
      return true;
    case 'array':
      return hasGeneric(type.item);
    case 'map':
      return hasGeneric(type.key) || hasGeneric(type.value);
    case 'struct':
      return type.fields.some((field) => hasGeneric(field.type));
    case 'lambda':
      return hasGeneric(type.returns) || type.parameters.some(hasGeneric);
    default:
      return false;
  }
}

function argumentList(argumentTypes: readonly ResolvableArgument[]): string {
  return argumentTypes.map((type) => (type.kind === 'UNBOUND_LAMBDA' ? 'LAMBDA' : formatArgumentType(type))).join(', ');
}

const DETAILS = 'For detailed information on a function run: DESCRIBE FUNCTION <Function-Name>;';

const shownName = (entry: FunctionEntry): string => entry.shownAs ?? entry.name;

function noMatch(entry: FunctionEntry, argumentTypes: readonly ResolvableArgument[]): BindError {
  return new BindError(
    `Function '${shownName(entry)}' does not accept parameters (${argumentList(argumentTypes)}).\n` +
      `Valid alternatives are:\n${entry.variants.map((_, variant) => formatSignature(shownName(entry), parametersOf(entry, variant))).join('\n')}\n${DETAILS}`, { hint: 'Cast the arguments to the types of one of them.' });
}

function ambiguous(entry: FunctionEntry, argumentTypes: readonly ResolvableArgument[], found: readonly Resolution[]): BindError {
  return new BindError(
    `Function '${shownName(entry)}' cannot be resolved due to ambiguous method parameters (${argumentList(argumentTypes)}).\n` +
      'Use CAST() to explicitly cast your parameters to one of the supported signatures.\n' +
      `Valid alternatives are:\n${found.map((each) => formatSignature(shownName(entry), each.parameters)).join('\n')}\n${DETAILS}`, { hint: 'Cast the arguments so that one of them fits only.' });
}

/** Whether an argument is already of the type, so that no cast is needed. */
export function needsCast(type: SqlType, target: SqlType | null): target is SqlType {
  return target !== null && !typesEqual(type, target);
}
