import { parameterTypeText, type AggregateFunction, type ArgumentType, type FunctionEntry, type Parameter } from '../functions/index.js';
import { formatType } from '../types/index.js';

function formatParameter(parameter: Parameter): string {
  return `${parameterTypeText(parameter.type)}${parameter.variadic === true ? '...' : ''} ${parameter.name}`;
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
