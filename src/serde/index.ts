export type {
  ByteSink, ColumnReader, Format, FormatInfo, FormatName, FormatProperty, RegisteredSchema, RowWriter, SchemaSource, SerdeFeature, SideLayout,
} from './format.js';
export { GrowableSink } from './byte-sink.js';
export { findFormatTraits, formatOf, type FormatTraits } from './formats.js';
export { reasonAgainst } from './validate-layout.js';
export { isWrapped } from './wrapping.js';
export { delimiterOf } from './delimited/csv.js';
export { inferColumns, type InferenceOptions } from './schema-inference.js';
export { schemaForColumns } from './schema-for-columns.js';
