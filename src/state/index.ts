export type * from './store.js';
export type * from './table.js';
