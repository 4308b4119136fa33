import type { AggregateFunction, ArgumentType, FunctionEntry, Parameter, ParameterType } from '../functions/index.js';
import { formatType } from '../types/index.js';

/** Parameter types as ksqlDB writes them in lists of alternatives: `ARRAY<T>`, `DECIMAL`, `LAMBDA (T) => R`. */
export function formatParameterType(type: ParameterType): string {
  switch (type.kind) {
    case 'concrete':
      return formatType(type.type);
    case 'anyDecimal':
      return 'DECIMAL';
    case 'generic':
      return type.name;
    case 'array':
      return `ARRAY<${formatParameterType(type.item)}>`;
    case 'map':
      return `MAP<${formatParameterType(type.key)}, ${formatParameterType(type.value)}>`;
    case 'struct':
      return `STRUCT<${type.fields.map((field) => `${field.name} ${formatParameterType(field.type)}`).join(', ')}>`;
    case 'any':
      return 'ANY';
    case 'unit':
      return 'INTERVALUNIT';
    case 'lambda':
      return `LAMBDA (${type.parameters.map(formatParameterType).join(', ')}) => ${formatParameterType(type.returns)}`;
  }
}

function formatParameter(parameter: Parameter): string {
  return `${formatParameterType(parameter.type)}${parameter.variadic === true ? '...' : ''} ${parameter.name}`;
}

/** `NAME(TYPE argName, TYPE... argName)`: what alternatives show and what a plan stores to recognise the variant again. */
export function formatSignature(name: string, parameters: readonly Parameter[]): string {
  return `${name}(${parameters.map(formatParameter).join(', ')})`;
}

/** The parameters of variant `index`; an aggregate's literals stand after its columns. */
export function parametersOf(entry: FunctionEntry, index: number): readonly Parameter[] {
  if (entry.kind === 'aggregate') return aggregateParameters(entry, index);
  return entry.variants[index]?.parameters ?? [];
}
function aggregateParameters(entry: AggregateFunction, index: number): readonly Parameter[] {
  const variant = entry.variants[index];
  return variant === undefined ? [] : [...variant.parameters, ...variant.literals];
}

/** Signatures of all variants in declared order. */
export function signaturesOf(entry: FunctionEntry): readonly string[] {
  return entry.variants.map((_, index) => formatSignature(entry.name, parametersOf(entry, index)));
}

/** Argument types as messages list them; struct fields without quotes, NULL as `null`. */
export function formatArgumentType(type: ArgumentType): string {
  switch (type.kind) {
    case 'NULL':
      return 'null';
    case 'UNIT':
      return 'INTERVALUNIT';
    case 'LAMBDA':
      return 'LAMBDA';
    default:
      return formatType(type, (name) => name);
  }
}
