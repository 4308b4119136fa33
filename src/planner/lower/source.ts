import type { Source } from '../../catalog/index.js';
import { present } from '../../errors/index.js';
import type { ExtraColumn, StreamSource, TableSource, TimestampColumn } from '../../plan/index.js';
import type { RowSchema } from '../../types/index.js';
import type { LayoutEntry, RowLayout } from '../bind/layout.js';
import type { BoundSource, SourceColumn } from '../bind/sources.js';
import { columnKey, type Lowering, type Relation } from './relation.js';

/**
 * Reads a source. `name` is the node's name (`KsqlTopic`, `KafkaTopic_Left` …); of headers and pseudo columns only those that
 * `isUsed` says are appended to the value row.
 */
export function lowerSource(bound: BoundSource, name: string, isUsed: (column: string) => boolean, isJoin: boolean, lowering: Lowering): Relation {
  const { source } = bound;
  const extras = bound.columns
    .filter((column) => (column.role === 'header' || column.role === 'pseudo') && isUsed(column.name))
    .map(extraOf);
  const schema: RowSchema = {
    key: source.keyColumns,
    value: [...source.valueColumns, ...extras.map((extra) => extra.column)],
    window: source.window,
  };
  const formats = { key: source.keyFormat, value: source.valueFormat };
  const base = {
    version: 1 as const,
    name: `${name}-Source`,
    schema,
    sourceName: source.name,
    topic: source.topic,
    formats,
    window: source.window,
    keyColumns: source.keyColumns,
    valueColumns: source.valueColumns,
    extras,
    timestamp: timestampColumn(source.timestamp, source.keyColumns, source.valueColumns),
  };
  const common = {
    layout: sourceLayout(bound.alias, schema, isJoin),
    keyFormat: source.keyFormat,
    valueFormat: source.valueFormat,
    partitionsOf: source.topic,
    keyEquals: new Set(source.keyColumns.length === 1 ? source.keyColumns.map((column) => columnKey(bound.alias, column.name)) : []),
    isLeaf: true,
  };
  if (source.kind === 'STREAM') {
    const step: StreamSource = { ...base, kind: 'streamSource' };
    lowering.takeNodes(STREAM_SOURCE_NODES);
    return { ...common, kind: 'stream', step };
  }
  const store = lowering.store(`${name}-Reduce`, schema, formats, source.topic);
  const step: TableSource = { ...base, kind: 'tableSource', store };
  lowering.takeNodes(TABLE_SOURCE_NODES);
  return { ...common, kind: 'table', step };
}

/** Source and the transformation that adds pseudo columns; tables have one node more and one that materializes. */
const STREAM_SOURCE_NODES = 2;
const TABLE_SOURCE_NODES = 4;

function extraOf(column: SourceColumn): ExtraColumn {
  const plain = { name: column.name, type: column.type };
  if (column.role === 'header') {
    return column.headerKey === null ? { kind: 'headers', column: plain } : { kind: 'header', headerKey: column.headerKey, column: plain };
  }
  const kinds = { ROWTIME: 'rowtime', ROWPARTITION: 'rowpartition', ROWOFFSET: 'rowoffset' } as const;
  const kind = Object.entries(kinds).find(([name]) => name === column.name)?.[1];
  return { kind: present(kind, `pseudo column ${column.name}`), column: plain };
}

function sourceLayout(alias: string, schema: RowSchema, isJoin: boolean): RowLayout {
  const display = (name: string): string => (isJoin ? `${alias}_${name}` : name);
  const entry = (side: 'key' | 'value', index: number, column: { readonly name: string; readonly type: LayoutEntry['type'] }): LayoutEntry => ({
    source: alias, name: column.name, type: column.type, side, index, display: display(column.name),
  });
  return {
    schema,
    entries: [
      ...schema.key.map((column, index) => entry('key', index, column)),
      ...boundEntries(alias, schema, display),
      ...schema.value.map((column, index) => entry('value', index, column)),
    ],
  };
}

/** The window bounds of a windowed key, which stand behind its columns. */
export function boundEntries(source: string | null, schema: RowSchema, display: (name: string) => string): readonly LayoutEntry[] {
  if (schema.window === null) return [];
  return ['WINDOWSTART', 'WINDOWEND'].map((name, index) => ({
    source, name, type: { kind: 'BIGINT' }, side: 'key', index: schema.key.length + index, display: display(name),
  }));
}

/** Where the column of a TIMESTAMP property stands. */
export function timestampColumn(
  timestamp: Source['timestamp'],
  key: Source['keyColumns'],
  value: Source['valueColumns'],
): TimestampColumn | null {
  if (timestamp === null) return null;
  const { column: name, format } = timestamp;
  const inKey = key.findIndex((column) => column.name === name);
  if (inKey >= 0) return { side: 'key', index: inKey, name, format };
  return { side: 'value', index: value.findIndex((column) => column.name === name), name, format };
}
