export type * from './entry.js';
export { EvaluationError, UserFunctionError } from './evaluation-error.js';
export { builtInFunctions, layerFunctions } from './catalogue.js';
export {
  functionSummaries, describeFunction, signatureText, parameterTypeText,
  type FunctionKind, type FunctionSummary, type FunctionDescription, type VariantDescription, type ArgumentDescription,
} from './describe.js';
export { functionReference } from './reference.js';
export { parameterFor, matchParameters, matchType, instantiate, type GenericBindings } from './generics.js';
export {
  t, p, primitive, variadic, sameTypeAs, variant, boundVariant, tableVariant, aggregateVariant, scalar, tableFunction, aggregateFunction,
  type TypeSpec, type ParameterSpec, type ReturnRule, type NullHandling, type Arguments, type AggregateBehaviour, type Value, type Unit,
} from './define.js';
export { parseJavaTimestamp } from './java-time/date-time-parser.js';
