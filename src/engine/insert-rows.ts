import type { Catalog, SideFormat, Source } from '../catalog/index.js';
import { BindError, RequestError, didYouMean } from '../errors/index.js';
import type { RecordSide } from '../planner/index.js';
import type { Column, SqlValue } from '../types/index.js';
import type { Settings } from './config/settings.js';
import type { InsertValuesExecutor } from './insert-values.js';

export interface InsertRowsDependencies {
  readonly catalog: Catalog;
  readonly inserts: InsertValuesExecutor;
  readonly settings: Settings;
}

/** The planned side of a record, null where the row says nothing. */
export function insertSide(columns: readonly Column[], format: SideFormat, row: ReadonlyMap<string, SqlValue>): RecordSide {
  return { format, columns, window: null, values: columns.map((column) => row.get(column.name) ?? null) };
}

/** The stream or table that rows may go into; read-only ones are for the caller to refuse. Throws. */
export function insertTarget(name: string, { catalog, settings }: InsertRowsDependencies): Source {
  if (!settings.flag('ksql.insert.into.values.enabled')) {
    throw new RequestError('BAD_REQUEST', 'The server has disabled INSERT INTO ... VALUES functionality.');
  }
  const source = catalog.sources.get(name);
  if (source === undefined) {
    throw new BindError(`Cannot insert values into an unknown stream/table: ${name}`, { hint: didYouMean(name, [...catalog.sources.keys()]) ?? 'SHOW STREAMS and SHOW TABLES list the sources.' });
  }
  if (source.window !== null) throw new BindError('Cannot insert values into windowed stream or table!', { hint: 'Insert into the source that the windows are made of.' });
  return source;
}

/** Rows of an embedding program: the same road as INSERT … VALUES, values already in their in-memory form. */
export async function insertRows(name: string, rows: readonly ReadonlyMap<string, SqlValue>[], dependencies: InsertRowsDependencies): Promise<void> {
  const source = insertTarget(name, dependencies);
  if (source.readOnly) throw new BindError(`Cannot insert values into read-only ${source.kind.toLowerCase()}: ${name}`, { hint: 'Write to the stream or table that its topic comes from.' });
  const known = [...source.keyColumns, ...source.valueColumns].map((column) => column.name);
  for (const row of rows) {
    for (const column of row.keys()) {
      if (column !== 'ROWTIME' && !known.includes(column)) throw new BindError(`Column name ${column} does not exist.`, { hint: didYouMean(column, known) ?? 'DESCRIBE shows the columns of the source.' });
    }
    const missing = source.kind === 'TABLE' ? source.keyColumns.find((column) => (row.get(column.name) ?? null) === null) : undefined;
    if (missing !== undefined) throw new BindError(`Failed to insert values into '${name}'. Value for primary key column(s) ${missing.name} is required for tables`, { hint: 'Give every key column a value.' });
  }
  await dependencies.inserts.insertAll(
    rows.map((row) => {
      const rowtime = row.get('ROWTIME');
      return {
        kind: 'insertValues' as const,
        source: name,
        topic: source.topic,
        key: insertSide(source.keyColumns, source.keyFormat, row),
        value: insertSide(source.valueColumns, source.valueFormat, row),
        timestamp: typeof rowtime === 'number' ? rowtime : null,
      };
    }),
  );
}
