import { assertNever } from '../errors/index.js';
import { formatType } from '../types/index.js';
import type { FunctionCatalogue, FunctionCategory, FunctionEntry, Parameter, ParameterType } from './entry.js';

/** What SHOW FUNCTIONS, DESCRIBE FUNCTION, the function reference and saved plans say about functions. */
export type FunctionKind = 'SCALAR' | 'AGGREGATE' | 'TABLE';
type Variant = FunctionEntry['variants'][number];

export interface FunctionSummary {
  readonly name: string;
  readonly type: FunctionKind;
  readonly category: FunctionCategory;
}
export interface FunctionDescription extends FunctionSummary {
  readonly description: string;
  readonly author: string;
  readonly variants: readonly VariantDescription[];
}
export interface VariantDescription {
  /** `NAME(TYPE argName, TYPE... argName)` */
  readonly signature: string;
  readonly arguments: readonly ArgumentDescription[];
  readonly returnType: string;
}
export interface ArgumentDescription {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly isVariadic: boolean;
  /** A literal argument of an aggregate. */
  readonly isLiteral: boolean;
}

/** Text of a parameter type: a DECIMAL of any size is `DECIMAL`, a generic its name. */
export function parameterTypeText(type: ParameterType): string {
  switch (type.kind) {
    case 'concrete':
      return formatType(type.type);
    case 'anyDecimal':
      return 'DECIMAL';
    case 'generic':
      return type.name;
    case 'array':
      return `ARRAY<${parameterTypeText(type.item)}>`;
    case 'map':
      return `MAP<${parameterTypeText(type.key)}, ${parameterTypeText(type.value)}>`;
    case 'struct':
      return `STRUCT<${type.fields.map((field) => `${field.name} ${parameterTypeText(field.type)}`).join(', ')}>`;
    case 'any':
      return 'ANY';
    case 'unit':
      return 'INTERVALUNIT';
    case 'lambda':
      return `LAMBDA (${type.parameters.map(parameterTypeText).join(', ')}) => ${parameterTypeText(type.returns)}`;
    default:
      return assertNever(type);
  }
}

/** Columns first, then the literals of an aggregate. */
function argumentsOf(variant: Variant): readonly ArgumentDescription[] {
  const describe = (parameter: Parameter, isLiteral: boolean): ArgumentDescription => ({
    name: parameter.name,
    type: parameterTypeText(parameter.type),
    description: parameter.description ?? '',
    isVariadic: parameter.variadic === true,
    isLiteral,
  });
  const literals = 'literals' in variant ? variant.literals : [];
  return [...variant.parameters.map((each) => describe(each, false)), ...literals.map((each) => describe(each, true))];
}

/** One way to call the function, as errors list it: `name(TYPE argName, TYPE... argName)`. */
export function signatureText(name: string, variant: Variant): string {
  return `${name}(${argumentsOf(variant).map((each) => `${each.type}${each.isVariadic ? '...' : ''} ${each.name}`).join(', ')})`;
}

const KINDS: { readonly [K in FunctionEntry['kind']]: FunctionKind } = { scalar: 'SCALAR', aggregate: 'AGGREGATE', table: 'TABLE' };

const summaryOf = ({ name, kind, category }: FunctionEntry): FunctionSummary => ({ name, type: KINDS[kind], category });

/** The rows of SHOW FUNCTIONS, sorted by name. */
export function functionSummaries(catalogue: FunctionCatalogue): readonly FunctionSummary[] {
  return catalogue.list().map(summaryOf);
}

export function describeFunction(entry: FunctionEntry): FunctionDescription {
  return {
    ...summaryOf(entry),
    description: entry.description,
    author: entry.author ?? '',
    variants: entry.variants.map((variant) => ({
      signature: signatureText(entry.name, variant),
      arguments: argumentsOf(variant),
      returnType: parameterTypeText(variant.declaredReturns),
    })),
  };
}
