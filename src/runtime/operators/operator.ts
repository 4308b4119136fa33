import type { Key, Row } from '../../types/index.js';
import type { Events, ScanTarget, Table } from '../../state/index.js';

/**
 * The contract of stateful operators and table functions. Stateless steps are compiled and never appear here.
 *
 * - `process` does not await: it reads and writes opened tables; I/O happens between batches, in the task.
 * - No operator knows topics, formats, HTTP, other operators, or the clock.
 * - Configuration arrives in the constructor from the step, state only through `open`.
 * - An operator never edits a key or row it received; what it emits is never edited later.
 * - `old` of an emission is the row last forwarded for that key, for outputs that are tables; streams pass undefined.
 */
export type Emit = (key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number) => void;

export interface Operator {
  /** For EXPLAIN and metrics: the step's name. */
  readonly name: string;
  open(context: OperatorContext): void;
  /**
   * One record on one input. `input`: 0 for the only or left side, 1 for the right side.
   * `old` is undefined on stream inputs; on table inputs it is the old row (null: none).
   */
  process(input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void;
  /**
   * What must be scanned before the next record is processed, or null. Asked after every source record and after every
   * flush, again and again until null (in topological order of operators): `runDemand` of `state` serves it from memory
   * where everything is there, else from disk; it feeds the rows to `demand.feed` in order and calls `demand.done`.
   * Rows that reach the operator while a demand is open wait inside it, so the order never depends on where rows are.
   */
  demand(): ScanDemand | null;
  /** What the operator has observed and must find again after a restart (stream time, last emission): JSON, small. */
  observed(): Observed;
  restoreObserved(observed: Observed): void;
  close(): void;
}

export type Observed = Readonly<Record<string, number>>;

export interface OperatorContext {
  /** Where results go; synchronous. */
  readonly emit: Emit;
  /** The operator's own store by its name in the step. */
  table(storeName: string): Table;
  /** The same, of a stream-stream join's side. */
  events(storeName: string): Events;
  /** false: every update is emitted at once; true: updates between two commits of one key collapse. */
  readonly caching: boolean;
  /** The task's partition: foreign-key joins send it along, so that answers find the way back. */
  readonly partition: number;
  /** A late record was dropped (counted, not logged). */
  droppedLate(count: number): void;
  /** A row could not be evaluated: goes to the processing log. */
  recordError(message: string, expression: string | null): void;
}

/** An ordered scan over an operator's table: dirty rows of the cache are merged in, so it sees uncommitted state. */
export interface ScanDemand extends ScanTarget {
  readonly table: Table;
}
