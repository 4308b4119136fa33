export type * from './entry.js';
export { EvaluationError } from './evaluation-error.js';
