import { GrowableSink, formatOf, type FormatInfo, type FormatName, type SchemaSource, type SideLayout } from '../../../src/serde/index.js';
import type { Column, SqlType, SqlValue, WindowInfo } from '../../../src/types/index.js';

export const noSchemas: SchemaSource = {
  byId: () => {
    throw new Error('no schema was registered');
  },
  idForWriting: () => 7,
  latest: () => null,
};

export interface SideOptions {
  readonly isKey?: boolean;
  readonly properties?: FormatInfo['properties'];
  readonly features?: FormatInfo['features'];
  readonly window?: WindowInfo | null;
  readonly schemas?: SchemaSource;
}

/** A side from pairs of name and type. */
export function side(name: FormatName, columns: readonly (readonly [string, SqlType])[], options: SideOptions = {}): SideLayout {
  return {
    format: { name, properties: options.properties ?? {}, features: options.features ?? [] },
    isKey: options.isKey ?? false,
    columns: columns.map(([column, type]): Column => ({ name: column, type })),
    window: options.window ?? null,
    subject: 'topic-value',
    schemas: options.schemas ?? noSchemas,
  };
}

export type Read = (bytes: Buffer | string) => SqlValue[];

/** Reads whole records into all columns; each record stands in the middle of other bytes, as in a batch. */
export function reading(layout: SideLayout): Read {
  const reader = formatOf(layout.format.name).compileReader(layout, layout.columns.map(() => true));
  return (bytes) => {
    const record = Buffer.from(bytes);
    const batch = Buffer.concat([Buffer.from('9"}'), record, Buffer.from('9]"} ')]);
    reader.scan(batch, 3, record.length);
    return reader.columns.map((get) => get());
  };
}

/** The encoded side, or null for no bytes; starts in the middle of the sink. */
export function writing(layout: SideLayout): (values: readonly SqlValue[]) => Buffer | null {
  const writer = formatOf(layout.format.name).compileWriter(layout);
  return (values) => {
    const sink = new GrowableSink(64);
    sink.position = 5;
    return writer.write(values, sink) ? sink.bytesSince(5) : null;
  };
}
