import type { StreamFlatMap } from '../../plan/index.js';
import type { Key, Row } from '../../types/index.js';
import type { Observed, Operator, OperatorContext } from './operator.js';
import type { FlatMapPieces } from './pieces.js';

/**
 * Table functions, zipped: row n of the output has the nth value of each function, null where one has fewer.
 *
 * | in | out |
 * |---|---|
 * | record | as many records as the longest function result, ts of the input; none if all are empty |
 * | null key | kept |
 * | null value | dropped |
 */
export class StreamFlatMapOperator implements Operator {
  readonly name: string;
  private context: OperatorContext | null = null;

  constructor(step: StreamFlatMap, private readonly pieces: FlatMapPieces) {
    this.name = step.name;
  }
  open(context: OperatorContext): void {
    this.context = context;
  }
  process(_input: number, key: Key | null, row: Row | null, _old: Row | null | undefined, timestamp: number): void {
    if (row === null) return;
    const columns = this.pieces.functions.map((evaluate) => evaluate(key, row) ?? []);
    const count = columns.reduce((most, values) => Math.max(most, values.length), 0);
    for (let i = 0; i < count; i++) {
      this.context?.emit(key, [...row, ...columns.map((values) => values[i] ?? null)], undefined, timestamp);
    }
  }
  demand(): null {
    return null;
  }
  observed(): Observed {
    return {};
  }
  restoreObserved(): void {}
  close(): void {}
}
