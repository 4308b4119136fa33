import { RecordError } from '../../errors/index.js';
import type { SqlValue } from '../../types/index.js';
import { appendText } from '../byte-sink.js';
import type { ColumnReader, Format, RowWriter, SideLayout } from '../format.js';
import { noColumnsReader, noColumnsWriter } from '../no-columns.js';
import { csvField, delimiterOf, parseCsvLine } from './csv.js';
import { compileFieldReader, compileFieldWriter } from './field-text.js';

export const delimitedFormat: Format = {
  name: 'DELIMITED',
  supportsSchemaInference: false,
  compileReader: (layout) => (layout.columns.length === 0 ? noColumnsReader : delimitedReader(layout)),
  compileWriter: (layout) => (layout.columns.length === 0 ? noColumnsWriter : delimitedWriter(layout)),
};

/** Every field is parsed in the scan: that is the check of its text. */
function delimitedReader(layout: SideLayout): ColumnReader {
  const delimiter = delimiterOf(layout.format.properties.delimiter);
  const readers = layout.columns.map(compileFieldReader);
  const values: SqlValue[] = layout.columns.map(() => null);
  return {
    scan: (buffer, position, length) => {
      const fields = parseCsvLine(buffer.utf8Slice(position, position + length), delimiter);
      if (fields === null) throw new RecordError('No fields in the record: it is empty');
      if (fields.length !== readers.length) {
        throw new RecordError(`Unexpected field count, expected: ${readers.length} field(s), got: ${fields.length} field(s)`);
      }
      readers.forEach((read, index) => {
        const text = fields[index] ?? '';
        values[index] = text === '' ? null : read(text);
      });
    },
    columns: layout.columns.map((_, index) => () => values[index] ?? null),
  };
}

function delimitedWriter(layout: SideLayout): RowWriter {
  const delimiter = delimiterOf(layout.format.properties.delimiter);
  const writers = layout.columns.map((column) => compileFieldWriter(column.type));
  return {
    write: (values, sink) => {
      let line = '';
      writers.forEach((write, index) => {
        const value = values[index] ?? null;
        if (index > 0) line += delimiter;
        if (value !== null) line += csvField(write(value), delimiter, index === 0);
      });
      appendText(sink, line);
      return true;
    },
  };
}
