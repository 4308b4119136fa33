import type { ExtraColumn, Formats, TimestampColumn } from '../../plan/index.js';
import type { ColumnReader } from '../../serde/index.js';
import type { Column, RowSchema, WindowInfo } from '../../types/index.js';
import type { CompileEnvironment } from './compiler.js';

/** Records of a topic (or of an encoded exchange) and the shape they have. */
export interface RecordLayout {
  readonly name: string;
  readonly topic: string;
  readonly keySubject: string;
  readonly formats: Formats;
  readonly window: WindowInfo | null;
  readonly keyColumns: readonly Column[];
  readonly valueColumns: readonly Column[];
  readonly extras: readonly ExtraColumn[];
  readonly timestamp: TimestampColumn | null;
  /** key = keyColumns (+ bounds), value = valueColumns ++ extras. */
  readonly schema: RowSchema;
  /** Rows are a table's: a null key is dropped here. */
  readonly isTable: boolean;
}

export function compileKeyReader(environment: CompileEnvironment, layout: RecordLayout, used: ReadonlySet<number>): ColumnReader {
  const width = layout.keyColumns.length + (layout.window === null ? 0 : 2);
  return environment.serde.formats(layout.formats.key.name).compileReader(
    {
      format: layout.formats.key, isKey: true, columns: layout.keyColumns, window: layout.window, subject: layout.keySubject,
      schemas: environment.serde.schemas,
    },
    Array.from({ length: width }, (_, index) => used.has(index)),
  );
}

export function compileValueReader(environment: CompileEnvironment, layout: RecordLayout, used: ReadonlySet<number>): ColumnReader {
  return environment.serde.formats(layout.formats.value.name).compileReader(
    {
      format: layout.formats.value, isKey: false, columns: layout.valueColumns, window: null, subject: `${layout.topic}-value`,
      schemas: environment.serde.schemas,
    },
    layout.valueColumns.map((_, index) => used.has(index)),
  );
}
