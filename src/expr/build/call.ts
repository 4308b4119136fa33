import { BindError } from '../../errors/index.js';
import {
  instantiate, matchType, parameterFor,
  type AggregateVariant, type ArgumentType, type FunctionCatalogue, type FunctionEntry, type GenericBindings, type ParameterType,
} from '../../functions/index.js';
import { formatType, type SqlType, type SqlValue } from '../../types/index.js';
import { literalOf, literalValue } from '../literal-codec.js';
import type { BoundAggregateCall, BoundCall, BoundExpression, BoundLambda, BoundTableCall } from '../nodes.js';
import { render } from '../render.js';
import { needsCast, resolveFunction, type ResolvableArgument, type Resolution } from '../resolve-function.js';
import { formatSignature } from '../signature.js';
import { typeOf } from '../type-of.js';

/**
 * A lambda argument before the types of its parameters are known: `bind` is called once the other arguments have told them
 * and gives the bound body, whose variables count `depth` from the innermost lambda.
 */
export interface UnboundLambda {
  readonly kind: 'unboundLambda';
  readonly parameters: readonly string[];
  readonly bind: (types: readonly SqlType[]) => BoundExpression;
}
export type CallArgument = BoundExpression | UnboundLambda;

/** Any function by name; throws BindError with ksqlDB's text when there is none. */
export function findFunction(name: string, functions: FunctionCatalogue): FunctionEntry {
  const entry = functions.find(name.toUpperCase());
  if (entry === null) throw new BindError(`Can't find any functions with the name '${name}'`, { hint: 'SHOW FUNCTIONS lists all functions.' });
  return entry;
}

/** A scalar function call: overload, implicit casts, lambda types and the result type. */
export function call(name: string, args: readonly CallArgument[], functions: FunctionCatalogue): BoundCall {
  const entry = findFunction(name, functions);
  if (entry.kind !== 'scalar') throw new BindError(`${name} is not a scalar function, so it cannot be used here.`, { hint: 'Aggregate functions stand in SELECT or HAVING with GROUP BY, table functions in SELECT.' });
  const resolution = resolveFunction(entry, args.map(resolvable));
  const bound = bindArguments(args, resolution);
  const variant = entry.variants[resolution.variant];
  if (variant === undefined) throw new BindError(`Can't find any functions with the name '${name}'`, { hint: 'SHOW FUNCTIONS lists all functions.' });
  return {
    kind: 'call',
    type: resultType(variant.returns, bound.map(argumentType)),
    name: name.toUpperCase(),
    variant: resolution.variant,
    signature: formatSignature(entry.name, resolution.parameters),
    arguments: bound,
  };
}

/** A table function call (`EXPLODE(…)`), evaluated once per row to a list of rows. */
export function tableCall(name: string, args: readonly CallArgument[], functions: FunctionCatalogue): BoundTableCall {
  const entry = findFunction(name, functions);
  if (entry.kind !== 'table') throw new BindError(`${name} is not a table function, so it cannot be used here.`, { hint: 'Table functions, such as EXPLODE, are listed by SHOW FUNCTIONS.' });
  const resolution = resolveFunction(entry, args.map(resolvable));
  const bound = bindArguments(args, resolution);
  const variant = entry.variants[resolution.variant];
  if (variant === undefined) throw new BindError(`Can't find any functions with the name '${name}'`, { hint: 'SHOW FUNCTIONS lists all functions.' });
  return {
    type: resultType(variant.returns, bound.map(argumentType)),
    name: name.toUpperCase(),
    variant: resolution.variant,
    signature: formatSignature(entry.name, resolution.parameters),
    arguments: bound,
  };
}

/** An aggregate call: exact types only; the last arguments that stand for literal parameters must be literals. */
export function aggregateCall(name: string, args: readonly BoundExpression[], functions: FunctionCatalogue): BoundAggregateCall {
  const entry = findFunction(name, functions);
  if (entry.kind !== 'aggregate') throw new BindError(`${name} is not an aggregate function, so it cannot be used here.`, { hint: 'Aggregate functions, such as COUNT, are listed by SHOW FUNCTIONS.' });
  const resolution = resolveFunction(entry, args.map(resolvable));
  const variant = entry.variants[resolution.variant];
  if (variant === undefined) throw new BindError(`Can't find any functions with the name '${name}'`, { hint: 'SHOW FUNCTIONS lists all functions.' });
  const columnCount = columnsOf(variant, args.length);
  const columns = args.slice(0, columnCount).map((argument, index) => {
    const parameter = parameterFor(variant.parameters, index, columnCount);
    return typedNull(argument, parameter?.type ?? null, resolution.bindings);
  });
  const literals = args.slice(columnCount).map((argument, index) => {
    if (argument.kind !== 'literal') {
      throw new BindError(
        `Parameter ${columnCount + index + 1} passed to function ${name.toUpperCase()} must be a literal constant, but was expression: '${render(argument)}'`, { hint: 'Write a number, a text or a boolean there.' });
    }
    return { type: argument.type, value: argument.value };
  });
  const columnTypes = columns.map(argumentType);
  return {
    name: name.toUpperCase(),
    variant: resolution.variant,
    signature: formatSignature(entry.name, resolution.parameters),
    arguments: columns,
    literals,
    stateType: resultType(variant.stateType, columnTypes),
    type: resultType(variant.returns, columnTypes),
  };
}

/** How many arguments are columns: at most one parameter is variadic, a column or a literal, and takes what the others leave. */
function columnsOf(variant: AggregateVariant, given: number): number {
  const isVariadic = variant.parameters.some((parameter) => parameter.variadic === true);
  return isVariadic ? given - variant.literals.length : variant.parameters.length;
}

/** The values of an aggregate's literal arguments. */
export function aggregateLiterals(aggregate: BoundAggregateCall): readonly SqlValue[] {
  return aggregate.literals.map((literal) => literalValue({ kind: 'literal', ...literal }));
}

function typedNull(argument: BoundExpression, parameter: ParameterType | null, bindings: GenericBindings): BoundExpression {
  if (typeOf(argument) !== null || parameter === null) return argument;
  const type = instantiate(parameter, bindings);
  if (type === null) {
    throw new BindError("Can't infer a type of null. Please explicitly cast it to a required type, e.g. CAST(null AS VARCHAR).", { hint: 'Give the NULL a type: CAST(NULL AS VARCHAR).' });
  }
  return literalOf(type, null);
}

function resolvable(argument: CallArgument): ResolvableArgument {
  return argument.kind === 'unboundLambda' ? { kind: 'UNBOUND_LAMBDA', arity: argument.parameters.length } : argumentType(argument);
}

/** The static type of a bound argument as functions see it. */
export function argumentType(argument: BoundExpression): ArgumentType {
  if (argument.kind === 'unit') return { kind: 'UNIT' };
  if (argument.kind === 'lambda') {
    return { kind: 'LAMBDA', parameters: argument.parameters.map((parameter) => parameter.type), returns: argument.type };
  }
  return argument.type ?? { kind: 'NULL' };
}

function resultType<T extends readonly ArgumentType[]>(returns: SqlType | ((types: T) => SqlType), types: T): SqlType {
  return typeof returns === 'function' ? returns(types) : returns;
}

function bindArguments(args: readonly CallArgument[], resolution: Resolution): readonly BoundExpression[] {
  return args.map((argument, index) => {
    if (argument.kind === 'unboundLambda') {
      const parameter = parameterFor(resolution.parameters, index, args.length);
      return bindLambda(argument, parameter?.type ?? null, resolution.bindings);
    }
    const target = resolution.casts[index] ?? null;
    const type = typeOf(argument);
    if (type === null || !needsCast(type, target)) return argument;
    return { kind: 'cast', type: target, operand: argument, implicit: true };
  });
}

function bindLambda(unbound: UnboundLambda, parameter: ParameterType | null, bindings: GenericBindings): BoundLambda {
  const declared = parameter?.kind === 'lambda' ? parameter : null;
  const types = (declared?.parameters ?? []).map((type) => instantiate(type, bindings));
  const known = types.flatMap((type) => (type === null ? [] : [type]));
  if (declared === null || known.length !== types.length) {
    throw new BindError(`The types of the lambda parameters (${unbound.parameters.join(', ')}) do not follow from the other arguments.`, {
      hint: 'Give NULL arguments a type: CAST(NULL AS <type>).',
    });
  }
  const node = lambda(unbound.parameters, known, unbound.bind(known));
  if (!matchType(declared.returns, node.type, bindings)) {
    const expected = instantiate(declared.returns, bindings);
    throw new BindError(
      `The lambda ${render(node)} gives ${formatType(node.type)}${expected === null ? ', which is not accepted here' : `, but ${formatType(expected)} is needed`}.`,
      { hint: 'Add a CAST to the body of the lambda.' },
    );
  }
  return node;
}

/** A lambda with its body bound. */
export function lambda(names: readonly string[], types: readonly SqlType[], body: BoundExpression): BoundLambda {
  const type = typeOf(body);
  if (type === null) {
    throw new BindError("Can't infer a type of null. Please explicitly cast it to a required type, e.g. CAST(null AS VARCHAR).", { hint: 'Give the NULL a type: CAST(NULL AS VARCHAR).' });
  }
  const parameters = names.flatMap((name, index) => {
    const parameterType = types[index];
    return parameterType === undefined ? [] : [{ name, type: parameterType }];
  });
  return { kind: 'lambda', type, parameters, body };
}
