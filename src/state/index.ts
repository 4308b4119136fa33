export type * from './store.js';
export type * from './table.js';
export { createMemoryStores } from './memory/create-memory-stores.js';
export { MaterializedTable, type TableOptions } from './layers/materialized-table.js';
export { runDemand, type Demand } from './layers/range-scan.js';
export { TableReader, type ReaderOptions } from './layers/table-reader.js';
export type { KeyedRow } from './layers/entry-codec.js';
export type { SortKey } from './layers/addressing.js';
export { rowCodec, type RowCodec } from './layers/row-codec.js';
