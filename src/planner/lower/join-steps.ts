import { present } from '../../errors/index.js';
import type { BoundExpression } from '../../expr/index.js';
import type { FormatInfo, ForeignKeyJoin, StreamStreamJoin, StreamTableJoin, TableTableJoin } from '../../plan/index.js';
import type { Within } from '../../parser/index.js';
import { PlanError } from '../../errors/index.js';
import type { Column, RowSchema } from '../../types/index.js';
import type { BoundJoin } from '../bind/join.js';
import type { LayoutEntry, RowLayout } from '../bind/layout.js';
import { PREPARE } from '../bind/located.js';
import type { JoinShape } from '../validate/join.js';
import { columnKey, nodeNumber, type Lowering, type Relation, type StreamRelation, type TableRelation } from './relation.js';
import { internalValue } from './rekey.js';

export interface JoinInputs {
  readonly join: BoundJoin;
  readonly shape: JoinShape;
  readonly left: Relation;
  readonly right: Relation;
  /** The result's key column. */
  readonly key: Column;
  /** `L_` once per join above. */
  readonly prefix: string;
  readonly keyFormat: FormatInfo;
  readonly valueFormat: FormatInfo;
  readonly lowering: Lowering;
}

/** The join step over two sides that already share key and key format. */
export function joinSteps(input: JoinInputs, keyEquals: ReadonlySet<string>): Relation {
  const { left, right } = input;
  const layout = joinedLayout(left, right, [input.key], left.layout.schema.window, input.lowering);
  const common = {
    layout, keyFormat: input.keyFormat, valueFormat: input.valueFormat, partitionsOf: left.partitionsOf, keyEquals, isLeaf: false,
  };
  if (left.kind === 'stream' && right.kind === 'stream') {
    return { ...common, kind: 'stream', step: streamStreamJoin(input, left, right, layout.schema) };
  }
  if (left.kind === 'stream' && right.kind === 'table') {
    return { ...common, kind: 'stream', step: streamTableJoin(input, left, right, layout.schema) };
  }
  if (left.kind === 'table' && right.kind === 'table') {
    return { ...common, kind: 'table', step: tableTableJoin(input, left, right, layout.schema) };
  }
  throw new PlanError('Invalid join order: table-stream joins are not supported; only stream-table joins.', { hint: 'Put the stream first and the table after JOIN.' });
}

/** Left columns, then right columns, whatever side drives the join; the synthetic key can be named as well. */
function joinedLayout(left: Relation, right: Relation, key: readonly Column[], window: RowSchema['window'], lowering: Lowering): RowLayout {
  const [a, b] = [left.layout, right.layout];
  const offset = a.schema.value.length;
  const values = (entries: readonly LayoutEntry[]): LayoutEntry[] => entries.filter((entry) => entry.side === 'value');
  const synthetic = lowering.analysis.syntheticKey;
  const [only] = key;
  const keyEntries: LayoutEntry[] =
    synthetic === null || only === undefined || key.length > 1
      ? []
      : [{ source: null, name: synthetic, type: only.type, side: 'key', index: 0, display: synthetic }];
  return {
    schema: { key, value: [...a.schema.value, ...b.schema.value], window },
    entries: [...keyEntries, ...values(a.entries), ...values(b.entries).map((entry) => ({ ...entry, index: entry.index + offset }))],
  };
}

const DAY_MS = 86_400_000;

function streamStreamJoin(input: JoinInputs, left: StreamRelation, right: StreamRelation, schema: RowSchema): StreamStreamJoin {
  const { join, lowering, prefix } = input;
  const within = present(join.within, 'WITHIN of a stream-stream join');
  const times = windowTimes(within);
  const swapped = join.type === 'RIGHT';
  const [one, other] = swapped ? [right, left] : [left, right];
  const type = join.type === 'RIGHT' ? 'LEFT' : join.type;
  // Each side that was moved put its three topology nodes here; then come two windowing nodes before the stores are named.
  const moved = [left, right].filter((side) => side.step.kind === 'streamRepartition').length;
  lowering.takeNodes(moved * REPARTITION_NODES + 2);
  const number = lowering.takeNodes(3);
  const rightOuter = type === 'FULL';
  const stores = {
    left: `KSTREAM-${rightOuter ? 'OUTERTHIS' : 'JOINTHIS'}-${nodeNumber(number)}-store`,
    right: `KSTREAM-${type === 'INNER' ? 'JOINOTHER' : 'OUTEROTHER'}-${nodeNumber(number + 1)}-store`,
    outer: `KSTREAM-OUTERSHARED-${nodeNumber(number)}-store`,
  };
  const formats = (side: Relation): { readonly key: FormatInfo; readonly value: FormatInfo } => ({
    key: input.keyFormat, value: internalValue(side.valueFormat),
  });
  const store = (name: string, side: Relation) => lowering.store(name, { ...schema, value: side.layout.schema.value }, formats(side), left.partitionsOf);
  const both = { ...schema, value: [...one.layout.schema.value, ...other.layout.schema.value] };
  return {
    kind: 'streamStreamJoin', version: 1, name: `${prefix}Join`, schema, swapped, type,
    left: one.step, right: other.step, ...times,
    leftStore: store(stores.left, one),
    rightStore: store(stores.right, other),
    outerStore: times.explicitGrace && type !== 'INNER' ? lowering.store(stores.outer, both, formats(one), left.partitionsOf) : null,
  };
}

const REPARTITION_NODES = 3;

function windowTimes(within: Within): Pick<StreamStreamJoin, 'beforeMs' | 'afterMs' | 'graceMs' | 'explicitGrace'> {
  const [beforeMs, afterMs] = [within.before.ms, within.after.ms];
  const grace = within.grace?.ms ?? null;
  if (grace !== null && grace < 0) throw new PlanError(`${PREPARE}Grace period must not be negative.`, { span: within.span, hint: 'Write a grace period from 0 on.' });
  if (beforeMs < 0 || afterMs < 0) throw new PlanError(`${PREPARE}WITHIN must not be negative.`, { span: within.span, hint: 'Write a WITHIN from 0 on.' });
  return { beforeMs, afterMs, graceMs: grace ?? Math.max(DAY_MS - 2 * beforeMs, 0), explicitGrace: grace !== null };
}

function streamTableJoin(input: JoinInputs, left: StreamRelation, right: TableRelation, schema: RowSchema): StreamTableJoin {
  const { lowering, prefix, join } = input;
  lowering.takeNodes((left.step.kind === 'streamRepartition' ? REPARTITION_NODES : 0) + 1);
  return {
    kind: 'streamTableJoin', version: 1, name: `${prefix}Join`, schema, swapped: false, type: join.type === 'LEFT' ? 'LEFT' : 'INNER',
    left: left.step, right: right.step,
  };
}

function tableTableJoin(input: JoinInputs, left: TableRelation, right: TableRelation, schema: RowSchema): TableTableJoin {
  const { join, lowering, prefix } = input;
  const swapped = join.type === 'RIGHT';
  const [one, other] = swapped ? [right, left] : [left, right];
  const type = join.type === 'RIGHT' ? 'LEFT' : join.type;
  lowering.takeNodes(TABLE_JOIN_NODES);
  const store = (side: string, relation: TableRelation) =>
    lowering.store(
      `${prefix}Join-${side}-Materialize`,
      { ...schema, value: relation.layout.schema.value },
      { key: input.keyFormat, value: internalValue(relation.valueFormat) },
      left.partitionsOf,
    );
  return {
    kind: 'tableTableJoin', version: 1, name: `${prefix}Join`, schema, swapped, type,
    left: one.step, right: other.step,
    leftStore: store(swapped ? 'right' : 'left', one),
    rightStore: store(swapped ? 'left' : 'right', other),
  };
}

const TABLE_JOIN_NODES = 3;

/** A join on the other table's key: rows keep the left table's key. */
export function foreignKeyJoin(join: BoundJoin, left: Relation, right: Relation, foreignKey: BoundExpression, lowering: Lowering): Relation {
  if (left.kind !== 'table' || right.kind !== 'table') throw new PlanError('A foreign-key join needs two tables.', { hint: 'Join two tables, or join on the primary keys.' });
  const layout = joinedLayout(left, right, left.layout.schema.key, null, lowering);
  const { schema } = layout;
  const number = lowering.takeNodes(FOREIGN_KEY_NODES);
  const formats = (side: Relation): { readonly key: FormatInfo; readonly value: FormatInfo } => ({
    key: side.keyFormat, value: internalValue(side.valueFormat),
  });
  const step: ForeignKeyJoin = {
    kind: 'foreignKeyJoin', version: 1, name: 'Join', schema, swapped: false, type: join.type === 'LEFT' ? 'LEFT' : 'INNER',
    left: left.step, right: right.step, foreignKey,
    leftStore: lowering.store('Join-left-Materialize', left.layout.schema, formats(left), left.partitionsOf),
    rightStore: lowering.store('Join-right-Materialize', right.layout.schema, formats(right), right.partitionsOf),
    subscriptionStore: lowering.store(
      `KTABLE-FK-JOIN-SUBSCRIPTION-STATE-STORE-${nodeNumber(number + 4)}`,
      { key: [...right.layout.schema.key, ...left.layout.schema.key], value: [], window: null },
      formats(right),
      right.partitionsOf,
    ),
    subscriptionTopic: lowering.topic(`KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-${nodeNumber(number)}-topic`, 'repartition', right.partitionsOf),
    responseTopic: lowering.topic(`KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-${nodeNumber(number + 8)}-topic`, 'repartition', left.partitionsOf),
  };
  // The keys are those of the left table, so its own key columns can be named through the key.
  const keyEntries = join.leftSource.source.keyColumns.map((column, index): LayoutEntry => ({
    source: join.leftSource.alias, name: column.name, type: column.type, side: 'key', index, display: `${join.leftSource.alias}_${column.name}`,
  }));
  return {
    ...left, step, isLeaf: false,
    keyEquals: new Set(keyEntries.length === 1 ? keyEntries.map((entry) => columnKey(entry.source, entry.name)) : []),
    layout: { schema, entries: [...layout.entries, ...keyEntries] },
  };
}

const FOREIGN_KEY_NODES = 14;
