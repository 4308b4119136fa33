import type { Format } from '../format.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';

/** For sides without columns: never any bytes. */
export const noneFormat: Format = {
  name: 'NONE',
  supportsSchemaInference: false,
  compileReader: () => noColumnsReader,
  compileWriter: () => noColumnsWriter,
};
