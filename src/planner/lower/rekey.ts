import { implicitRepartitioning } from '../validate/join.js';
import type { BoundExpression } from '../../expr/index.js';
import type { FormatInfo, StreamRepartition, StreamSelectKey, TableRepartition } from '../../plan/index.js';
import type { Column, RowSchema } from '../../types/index.js';
import type { LayoutEntry } from '../bind/layout.js';
import type { Lowering, Relation, StreamRelation, TableRelation } from './relation.js';

/** Gives a stream another key, without moving its rows yet. Key columns can no longer be named unless `entries` says so. */
export function selectKey(
  relation: StreamRelation,
  name: string,
  key: readonly { readonly column: Column; readonly expression: BoundExpression }[],
  keyEntries: readonly LayoutEntry[],
): StreamRelation {
  const schema: RowSchema = { key: key.map(({ column }) => column), value: relation.layout.schema.value, window: null };
  const step: StreamSelectKey = {
    kind: 'streamSelectKey',
    version: 1,
    name,
    schema,
    source: relation.step,
    expressions: key.map(({ expression }) => expression),
  };
  const values = relation.layout.entries.filter((entry) => entry.side === 'value');
  return { ...relation, step, layout: { schema, entries: [...keyEntries, ...values] }, keyEquals: new Set(), isLeaf: false };
}

/** Moves rows to the task of their key. `name` is the repartition topic's part of the step's name, such as `Join-left`. */
export function repartition(relation: StreamRelation, name: string, keyFormat: FormatInfo, lowering: Lowering): StreamRelation {
  const step: StreamRepartition = {
    kind: 'streamRepartition',
    version: 1,
    name,
    schema: relation.layout.schema,
    source: relation.step,
    topic: lowering.topic(`${name}-repartition`, 'repartition', relation.partitionsOf),
    formats: { key: keyFormat, value: internalValue(relation.valueFormat) },
  };
  return { ...relation, step, keyFormat, isLeaf: false };
}

/** Brings a table into another key format; the arriving rows are kept, so the table owns a store. */
export function repartitionTable(relation: TableRelation, name: string, keyFormat: FormatInfo, lowering: Lowering): TableRelation {
  const formats = { key: keyFormat, value: internalValue(relation.valueFormat) };
  const { schema } = relation.layout;
  const topic = lowering.topic(`${name}-SelectKey-repartition`, 'repartition', relation.partitionsOf);
  const store = lowering.store(`${name}-Materialize`, schema, formats, relation.partitionsOf);
  const step: TableRepartition = {
    kind: 'tableRepartition', version: 1, name: `${name}-SelectKey`, schema, source: relation.step, topic, formats, store,
  };
  return { ...relation, step, keyFormat, isLeaf: false };
}

/** Rows inside a query are written as the format's default: what wraps a single column is a matter of the topics outside. */
export function internalValue(format: FormatInfo): FormatInfo {
  const { fullSchemaName: _name, schemaId: _id, ...properties } = format.properties;
  return { name: format.name, properties, features: [] };
}

export function refuseWindowedRekey(relation: Relation): void {
  if (relation.layout.schema.window === null) return;
  throw implicitRepartitioning();
}
