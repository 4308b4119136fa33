import type { FormatInfo, ForeignKeyJoin, StoreRef, StreamAggregate, StreamFlatMap, StreamSource, StreamStreamJoin, StreamTableJoin, StreamWindowedAggregate, TableAggregate, TableGroupBy, TableMaterialize, TableSource, TableTableJoin, WindowSpec } from '../../../src/plan/index.js';
import type { AggregatePieces } from '../../../src/runtime/operators/pieces.js';
import type { BoundAggregate } from '../../../src/functions/index.js';
import { BIGINT, STRING, type Column, type RowSchema, type SqlType, type SqlValue } from '../../../src/types/index.js';

/** Steps as small as the operators allow: one STRING key column, named value columns. */
const KAFKA: FormatInfo = { name: 'KAFKA', properties: {}, features: [] };
const formats = { key: KAFKA, value: KAFKA };
export const column = (name: string, type: SqlType): Column => ({ name, type });

export function schema(value: readonly Column[], window: RowSchema['window'] = null): RowSchema {
  return { key: [column('K', STRING)], value, window };
}
export function store(name: string, value: readonly Column[]): StoreRef {
  return { name, changelogTopic: `${name}-changelog`, formats, keyColumns: [column('K', STRING)], valueColumns: value };
}
const sourceBase = { version: 1, sourceName: 'S', topic: 's', formats, window: null, keyColumns: [], valueColumns: [], extras: [], timestamp: null } as const;

export function streamOf(value: readonly Column[]): StreamSource {
  return { ...sourceBase, kind: 'streamSource', name: 'source', schema: schema(value) };
}
export function tableOf(value: readonly Column[], storeName = 'table'): TableSource {
  return { ...sourceBase, kind: 'tableSource', name: 'source', schema: schema(value), store: store(storeName, value) };
}
export function materializeOf(value: readonly Column[]): TableMaterialize {
  return { version: 1, kind: 'tableMaterialize', name: 'materialize', schema: schema(value), source: tableOf(value), store: store('kept', value) };
}

const COUNT_AND_SUM = [column('N', BIGINT), column('TOTAL', BIGINT)];
const base = { version: 1, name: 'Aggregate', carried: [], aggregates: [] } as const;

export function aggregateOf(): StreamAggregate {
  return { ...base, kind: 'streamAggregate', schema: schema(COUNT_AND_SUM), source: streamOf([column('V', BIGINT)]), store: store('aggregate', COUNT_AND_SUM) };
}
export function windowedOf(window: WindowSpec, emitFinal = false): StreamWindowedAggregate {
  const sizeMs = window.type === 'SESSION' ? null : window.sizeMs;
  return {
    ...base, kind: 'streamWindowedAggregate', window, emitFinal,
    schema: schema(COUNT_AND_SUM, { type: window.type, sizeMs }), source: streamOf([column('V', BIGINT)]), store: store('aggregate', COUNT_AND_SUM),
  };
}
export function tableAggregateOf(): TableAggregate {
  const source: TableGroupBy = {
    version: 1, kind: 'tableGroupBy', name: 'group', schema: schema([column('V', BIGINT)]), source: tableOf([column('V', BIGINT)]), expressions: [], topic: 'g', formats,
  };
  return { ...base, kind: 'tableAggregate', schema: schema(COUNT_AND_SUM), source, store: store('aggregate', COUNT_AND_SUM) };
}

/** COUNT(*) and SUM(V) over value column 0. */
export const countAndSum: AggregatePieces = {
  aggregates: [
    { bound: numberAggregate('count', () => 1), arguments: () => [1], column: null },
    { bound: numberAggregate('sum', (value) => (typeof value === 'number' ? value : 0)), arguments: (_key, row) => [row[0] ?? null], column: 0 },
  ],
};

function numberAggregate(inline: 'count' | 'sum', amount: (value: SqlValue) => number): BoundAggregate {
  const plus = (state: SqlValue, by: number): SqlValue => Number(state) + by;
  return {
    stateType: BIGINT, returnType: BIGINT, inline,
    initialize: () => 0,
    aggregate: (state, [value = null]) => plus(state, amount(value)),
    undo: (state, [value = null]) => plus(state, -amount(value)),
    merge: (earlier, later) => plus(earlier, Number(later)),
    result: (state) => state,
  };
}

const L = [column('L', STRING)];
const R = [column('R', STRING)];
const joined = [...L, ...R];

export function flatMapOf(): StreamFlatMap {
  return { version: 1, kind: 'streamFlatMap', name: 'flat', schema: schema(joined), source: streamOf(L), functions: [] };
}
export function streamTableJoinOf(type: 'INNER' | 'LEFT'): StreamTableJoin {
  return { version: 1, kind: 'streamTableJoin', name: 'Join', type, swapped: false, schema: schema(joined), left: streamOf(L), right: tableOf(R) };
}
export interface StreamStreamShape {
  readonly type: 'INNER' | 'LEFT' | 'FULL';
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly graceMs: number;
  readonly explicitGrace: boolean;
  readonly swapped?: boolean;
}
export function streamStreamJoinOf(shape: StreamStreamShape): StreamStreamJoin {
  const hasPending = shape.explicitGrace && shape.type !== 'INNER';
  return {
    version: 1, kind: 'streamStreamJoin', name: 'Join', swapped: false, ...shape, schema: schema(joined), left: streamOf(L), right: streamOf(R),
    leftStore: store('left', L), rightStore: store('right', R), outerStore: hasPending ? store('outer', joined) : null,
  };
}
export function tableTableJoinOf(type: 'INNER' | 'LEFT' | 'FULL', swapped = false): TableTableJoin {
  return {
    version: 1, kind: 'tableTableJoin', name: 'Join', type, swapped, schema: schema(joined),
    left: tableOf(L, 'left'), right: tableOf(R, 'right'), leftStore: store('left', L), rightStore: store('right', R),
  };
}
export function foreignKeyJoinOf(type: 'INNER' | 'LEFT'): ForeignKeyJoin {
  const left = [column('FK', STRING), column('L', STRING)];
  return {
    version: 1, kind: 'foreignKeyJoin', name: 'Join', type, swapped: false, schema: schema([...left, ...R]),
    left: tableOf(left, 'left'), right: tableOf(R, 'right'),
    foreignKey: { kind: 'column', type: STRING, side: 'value', index: 0, name: 'FK' },
    leftStore: store('left', left), rightStore: store('right', R), subscriptionStore: store('subscription', []),
    subscriptionTopic: 'sub', responseTopic: 'resp',
  };
}
