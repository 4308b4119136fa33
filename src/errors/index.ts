export { ERROR_CODES, type ErrorCode } from './codes.js';
export type { Span } from './span.js';
export {
  MillraceError,
  StatementError,
  ParseError,
  BindError,
  PlanError,
  RequestError,
  RecordError,
  BrokerError,
  StateError,
  InternalError,
  type ErrorDetails,
} from './classes.js';
export { assert, assertNever, present } from './assert.js';
export { renderError, renderSpan } from './render.js';
export { didYouMean, editDistance, nearestWord, nearestWords } from './did-you-mean.js';
