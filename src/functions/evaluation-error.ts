import { RecordError } from '../errors/index.js';

/** One expression cannot be evaluated for one row: its result is null (or the row is dropped) and the failure is logged. */
export class EvaluationError extends RecordError {}
