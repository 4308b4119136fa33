export type * from './operators/operator.js';
