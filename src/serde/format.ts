import type { Column, SqlValue, WindowInfo } from '../types/index.js';

/** A format with its properties, as the plan stores it. Property values are strings, as in the catalog. */
export interface FormatInfo {
  readonly name: FormatName;
  readonly properties: Readonly<Partial<Record<FormatProperty, string>>>;
  /** Explicit wrapping of a single column: WRAP_SINGLES or UNWRAP_SINGLES; empty: the format's default. */
  readonly features: readonly SerdeFeature[];
}
export type FormatName = 'KAFKA' | 'DELIMITED' | 'JSON' | 'JSON_SR' | 'AVRO' | 'PROTOBUF' | 'PROTOBUF_NOSR' | 'NONE';
export type FormatProperty = 'delimiter' | 'fullSchemaName' | 'schemaId' | 'unwrapPrimitives' | 'nullableRepresentation';
export type SerdeFeature = 'WRAP_SINGLES' | 'UNWRAP_SINGLES';

/** A growable byte buffer that writers append to. `reserve(n)` makes room for n more bytes and may replace `buffer`. */
export interface ByteSink {
  buffer: Buffer;
  position: number;
  reserve(bytes: number): void;
}

/**
 * Compiled reader of one side (key or value) of a topic.
 * `scan` checks the WHOLE record (also columns that nobody reads, and what follows the last used column) and remembers
 * where the used ones are; it throws RecordError. `columns[i]()` then gives the value of column i, decoded on first demand
 * and valid until the next scan; it never throws. Null bytes never reach a reader.
 */
export interface ColumnReader {
  scan(buffer: Buffer, position: number, length: number): void;
  /** One getter per declared column, in order; for columns that are not in `used` the getter must not be called. */
  readonly columns: readonly (() => SqlValue)[];
}

/** Compiled writer: appends the encoded side. Returns false where the encoding is "no bytes" (null key or value). Throws RecordError. */
export interface RowWriter {
  write(values: readonly SqlValue[], sink: ByteSink): boolean;
}

/** What the formats with schemas need; handed in (implemented over the registry by the engine). Synchronous: schemas are fetched ahead. */
export interface SchemaSource {
  /** The writer schema with this id; throws a retriable BrokerError `SchemaNotLoaded` when it still has to be fetched. */
  byId(id: number): RegisteredSchema;
  /** The id to write under for this subject; known since the statement was executed. */
  idForWriting(subject: string): number;
  /** The latest schema of a subject, or null. */
  latest(subject: string): RegisteredSchema | null;
}
export interface RegisteredSchema {
  readonly id: number;
  readonly kind: 'AVRO' | 'PROTOBUF' | 'JSON';
  readonly text: string;
  readonly references: readonly { readonly name: string; readonly schema: RegisteredSchema }[];
}

/** One side of a topic, bound: all that is needed to compile its reader or writer. */
export interface SideLayout {
  readonly format: FormatInfo;
  readonly isKey: boolean;
  readonly columns: readonly Column[];
  /** Keys only: the key bytes carry a window. Getters n and n+1 are then start and end. */
  readonly window: WindowInfo | null;
  /** `<topic>-key` or `<topic>-value`; used by registry formats. */
  readonly subject: string;
  readonly schemas: SchemaSource;
}

export interface Format {
  readonly name: FormatName;
  readonly supportsSchemaInference: boolean;
  compileReader(layout: SideLayout, used: readonly boolean[]): ColumnReader;
  compileWriter(layout: SideLayout): RowWriter;
}
