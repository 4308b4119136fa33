import type { StreamAggregate, StreamWindowedAggregate, TableAggregate } from './aggregates.js';
import type { ForeignKeyJoin, StreamStreamJoin, StreamTableJoin, TableTableJoin } from './joins.js';
import type { StreamSource, TableSource } from './sources.js';
import type {
  StreamFilter, StreamFlatMap, StreamGroupBy, StreamRepartition, StreamSelect, StreamSelectKey, TableFilter, TableGroupBy, TableSelect,
} from './stateless.js';
import type { StreamSink, TableMaterialize, TableRepartition, TableSink } from './table.js';

export type * from './aggregates.js';
export type * from './common.js';
export type * from './joins.js';
export type * from './sources.js';
export type * from './stateless.js';
export type * from './table.js';

/** Steps whose output is a stream of events. */
export type StreamStep =
  | StreamSource | StreamFilter | StreamSelect | StreamSelectKey | StreamFlatMap | StreamGroupBy | StreamRepartition
  | StreamTableJoin | StreamStreamJoin;
/** Steps whose output is a changing table. */
export type TableStep =
  | TableSource | TableFilter | TableSelect | TableMaterialize | TableRepartition
  | StreamAggregate | StreamWindowedAggregate | TableAggregate | TableTableJoin | ForeignKeyJoin;
export type SinkStep = StreamSink | TableSink;
export type Step = StreamStep | TableStep | TableGroupBy | SinkStep;
export type StepKind = Step['kind'];
