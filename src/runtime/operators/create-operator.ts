import type {
  ForeignKeyJoin, StreamAggregate, StreamFlatMap, StreamStreamJoin, StreamTableJoin, StreamWindowedAggregate, TableAggregate, TableMaterialize,
  TableRepartition, TableSource, TableTableJoin,
} from '../../plan/index.js';
import { assertNever } from '../../errors/index.js';
import { ForeignKeyResolve } from './foreign-key-resolve.js';
import { ForeignKeyRespond } from './foreign-key-respond.js';
import { ForeignKeySubscribe } from './foreign-key-subscribe.js';
import type { Operator } from './operator.js';
import type { AggregatePieces, FlatMapPieces, ForeignKeyPieces, TableTablePieces, TableView } from './pieces.js';
import { SessionAggregate } from './session-aggregate.js';
import { StreamAggregateOperator } from './stream-aggregate.js';
import { StreamFlatMapOperator } from './stream-flat-map.js';
import { StreamStreamJoinOperator } from './stream-stream-join.js';
import { StreamTableJoinOperator } from './stream-table-join.js';
import { TableAggregateOperator } from './table-aggregate.js';
import { TableMaterializeOperator } from './table-materialize.js';
import { TableSourceOperator } from './table-source.js';
import { TableTableJoinOperator } from './table-table-join.js';
import { WindowedAggregate } from './windowed-aggregate.js';

/**
 * What the runtime hands over to get an operator. Inputs: 0 the only or left side, 1 the right side.
 * - `tableSource`, `tableMaterialize`, `aggregate`, `windowedAggregate`, `tableAggregate`: input 0.
 *   A `tableAggregate` gets key = group key, `old` = row to subtract or null, `row` = row to add or null.
 * - `streamTableJoin`: input 0 only; the right side is looked up.
 * - `foreignKey*`: see each file's header for the rows that travel on the two exchanges (`foreign-key-messages.ts`).
 */
export type OperatorSpec =
  | { readonly kind: 'tableSource'; readonly step: TableSource }
  | { readonly kind: 'tableMaterialize'; readonly step: TableMaterialize | TableRepartition }
  | { readonly kind: 'aggregate'; readonly step: StreamAggregate; readonly pieces: AggregatePieces }
  | { readonly kind: 'windowedAggregate'; readonly step: StreamWindowedAggregate; readonly pieces: AggregatePieces }
  | { readonly kind: 'tableAggregate'; readonly step: TableAggregate; readonly pieces: AggregatePieces }
  | { readonly kind: 'flatMap'; readonly step: StreamFlatMap; readonly pieces: FlatMapPieces }
  | { readonly kind: 'streamTableJoin'; readonly step: StreamTableJoin; readonly right: TableView }
  | { readonly kind: 'streamStreamJoin'; readonly step: StreamStreamJoin }
  | { readonly kind: 'tableTableJoin'; readonly step: TableTableJoin; readonly pieces: TableTablePieces }
  | { readonly kind: 'foreignKeySubscribe'; readonly step: ForeignKeyJoin; readonly pieces: ForeignKeyPieces }
  | { readonly kind: 'foreignKeyRespond'; readonly step: ForeignKeyJoin; readonly pieces: ForeignKeyPieces }
  | { readonly kind: 'foreignKeyResolve'; readonly step: ForeignKeyJoin; readonly pieces: ForeignKeyPieces };

export type { AggregatePiece, AggregatePieces, FlatMapPieces, ForeignKeyPieces, SidePieces, TableTablePieces, TableView } from './pieces.js';

export function createOperator(spec: OperatorSpec): Operator {
  switch (spec.kind) {
    case 'tableSource':
      return new TableSourceOperator(spec.step);
    case 'tableMaterialize':
      return new TableMaterializeOperator(spec.step);
    case 'aggregate':
      return new StreamAggregateOperator(spec.step, spec.pieces);
    case 'windowedAggregate':
      return spec.step.window.type === 'SESSION'
        ? new SessionAggregate(spec.step, spec.step.window, spec.pieces)
        : new WindowedAggregate(spec.step, spec.step.window, spec.pieces);
    case 'tableAggregate':
      return new TableAggregateOperator(spec.step, spec.pieces);
    case 'flatMap':
      return new StreamFlatMapOperator(spec.step, spec.pieces);
    case 'streamTableJoin':
      return new StreamTableJoinOperator(spec.step, spec.right);
    case 'streamStreamJoin':
      return new StreamStreamJoinOperator(spec.step);
    case 'tableTableJoin':
      return new TableTableJoinOperator(spec.step, spec.pieces);
    case 'foreignKeySubscribe':
      return new ForeignKeySubscribe(spec.step, spec.pieces);
    case 'foreignKeyRespond':
      return new ForeignKeyRespond(spec.step, spec.pieces);
    case 'foreignKeyResolve':
      return new ForeignKeyResolve(spec.step, spec.pieces);
    default:
      return assertNever(spec);
  }
}
