export type * from './query-plan.js';
export type * from './steps/index.js';
export { explainPlan, type ExplainedPlan } from './explain/explain.js';
export { stepSources, stepsBelow, storesOf } from './step-sources.js';
export { storedPlan } from './stored-plan.js';
export { calledFunctions } from './called-functions.js';
