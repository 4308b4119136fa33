import type { BoundExpression, BoundTableCall } from '../../expr/index.js';
import type { Formats, StepBase } from './common.js';
import type { StreamStep, TableStep } from './index.js';

/** Keeps rows whose predicate is true. Null-value records are dropped. */
export interface StreamFilter extends StepBase {
  readonly kind: 'streamFilter';
  readonly source: StreamStep;
  readonly predicate: BoundExpression;
}
/**
 * On changes: a row that fails becomes a delete; a delete is forwarded only if the previous row passed. Results of a foreign-key
 * join do not know their previous row: there every delete is forwarded.
 */
export interface TableFilter extends StepBase {
  readonly kind: 'tableFilter';
  readonly source: TableStep;
  readonly predicate: BoundExpression;
}
/** Computes the value columns; the key is kept as it is (only its column names may change). Null rows stay null. */
export interface StreamSelect extends StepBase {
  readonly kind: 'streamSelect';
  readonly source: StreamStep;
  /** One expression per value column of `schema`. */
  readonly expressions: readonly BoundExpression[];
}
export interface TableSelect extends StepBase {
  readonly kind: 'tableSelect';
  readonly source: TableStep;
  readonly expressions: readonly BoundExpression[];
}
/**
 * PARTITION BY: a new key from expressions over the row; the value is kept. A null or failed part is null; the record is
 * never dropped. With a null row, expressions that use only key columns are still evaluated. Empty list: no key.
 */
export interface StreamSelectKey extends StepBase {
  readonly kind: 'streamSelectKey';
  readonly source: StreamStep;
  readonly expressions: readonly BoundExpression[];
}
/** Table functions, zipped: value = source value ++ one column per function. No rows from all of them: nothing. */
export interface StreamFlatMap extends StepBase {
  readonly kind: 'streamFlatMap';
  readonly source: StreamStep;
  readonly functions: readonly BoundTableCall[];
}
/**
 * GROUP BY on a stream: the group key from expressions; null-value records and records with a null or failed part are
 * dropped (failure and null are logged). The value is kept.
 */
export interface StreamGroupBy extends StepBase {
  readonly kind: 'streamGroupBy';
  readonly source: StreamStep;
  readonly expressions: readonly BoundExpression[];
}
/**
 * The exchange: rows go to the task of the partition given by their key. Cuts the plan into stages.
 * `topic` is the internal repartition topic (used when stages are spread over members; in memory otherwise).
 */
export interface StreamRepartition extends StepBase {
  readonly kind: 'streamRepartition';
  readonly source: StreamStep;
  readonly topic: string;
  readonly formats: Formats;
}
/** GROUP BY on a table plus its exchange: each change becomes a subtraction from the old group and an addition to the new one. */
export interface TableGroupBy extends StepBase {
  readonly kind: 'tableGroupBy';
  readonly source: TableStep;
  readonly expressions: readonly BoundExpression[];
  readonly topic: string;
  readonly formats: Formats;
}
