import { EvaluationError } from '../evaluation-error.js';

/** The pattern itself is wrong; the same for every row. */
export class PatternError extends EvaluationError {}
