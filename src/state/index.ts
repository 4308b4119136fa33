export type * from './store.js';
export type * from './table.js';
export { createMemoryStores } from './memory/create-memory-stores.js';
