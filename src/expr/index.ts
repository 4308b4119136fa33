/**
 * Bound expressions: typed builders (for the binder), compilation to JavaScript (for the runtime), an independent interpreter
 * (for constants and as oracle), and rendering. The law of this folder: text of users never becomes code.
 */
export type * from './nodes.js';
export { toJsonValue, fromJsonValue, literalOf, literalValue } from './literal-codec.js';
export { typeOf, requireType, isNullLiteral, childrenOf } from './type-of.js';
export { mapChildren } from './map-children.js';
export { render } from './render.js';
export { formatSignature, formatArgumentType, parametersOf, signaturesOf } from './signature.js';

// Builders: each checks types, inserts implicit casts, and throws BindError (without span) with ksqlDB's message.
export {
  nullLiteral, booleanLiteral, integerLiteral, decimalLiteral, doubleLiteral, stringLiteral, columnReference, lambdaVariable, unitWord,
} from './build/literals.js';
export {
  arithmetic, sign, comparison, logical, not, between, inList, like, isNull, cast, implicitly, searchedCase, type CaseBranch,
} from './build/operators.js';
export { arrayOf, mapOf, structOf, subscript, dereference } from './build/constructors.js';
export {
  findFunction, call, tableCall, aggregateCall, aggregateLiterals, argumentType, lambda, type CallArgument, type UnboundLambda,
} from './build/call.js';
export { commonType, coerceTo, coerceAll } from './common-type.js';
export { type ArithmeticOperator } from './arithmetic-types.js';
export { comparisonTypes, type ComparisonOperator } from './comparison-types.js';
export { resolveFunction, type Resolution, type ResolvableArgument } from './resolve-function.js';

// Evaluation.
export { scalarVariant, tableVariantOf, aggregateVariantOf, type EvaluationEnvironment } from './environment.js';
export { CodeBuilder, type EmitScope } from './codegen/code-builder.js';
export { type GuardOptions, type ReportTarget } from './codegen/emission.js';
export { emitExpression, emitGuarded, emitPredicate } from './codegen/emit-expression.js';
export { compileRowFunction, compilePredicate, arrayScope, type ReportFailure } from './codegen/compile-row.js';
export { interpret, type InterpretedRow, type InterpretOptions } from './interpret.js';
export { foldConstants } from './fold-constants.js';
