import { RecordError } from '../errors/index.js';

/** One expression cannot be evaluated for one row: its result is null (or the row is dropped) and the failure is logged. */
export class EvaluationError extends RecordError {}

/** A user's own function failed: unlike a built-in aggregate, which stops its query as ksqlDB does, it costs one row only. */
export class UserFunctionError extends EvaluationError {}
