import type { ColumnReader, RowWriter } from './format.js';

/** A side without columns: its bytes are ignored on read and there are none on write. */
export const noColumnsReader: ColumnReader = { scan: () => undefined, columns: [] };
export const noColumnsWriter: RowWriter = { write: () => false };
