export type * from './query-plan.js';
export type * from './steps/index.js';
