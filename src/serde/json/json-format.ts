import { present } from '../../errors/index.js';
import type { Format } from '../format.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';
import { isWrapped } from '../wrapping.js';
import { compileJsonReader } from './reader.js';
import { bareJsonWriter, wrappedJsonWriter } from './writer.js';

export const jsonFormat: Format = {
  name: 'JSON',
  supportsSchemaInference: false,
  compileReader: (layout, used) =>
    layout.columns.length === 0 ? noColumnsReader : compileJsonReader({ columns: layout.columns, used, isWrapped: isWrapped(layout) }),
  compileWriter: (layout) => {
    if (layout.columns.length === 0) return noColumnsWriter;
    return isWrapped(layout) ? wrappedJsonWriter(layout.columns) : bareJsonWriter(present(layout.columns[0], 'single column'));
  },
};
