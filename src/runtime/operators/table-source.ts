import type { TableSource } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import type { Observed, Operator, OperatorContext } from './operator.js';

/**
 * Rows of a topic as a table: keeps the latest row per key, so that changes carry the old one.
 *
 * | in | out |
 * |---|---|
 * | insert, update | change (old, new); arrival order counts, a row with an older timestamp overwrites as well |
 * | delete | change (old, null); with every update forwarded also for a key that was unknown |
 * | null key | dropped |
 * | late | there is no lateness |
 */
export class TableSourceOperator implements Operator {
  readonly name: string;
  private table: Table | null = null;

  constructor(private readonly step: TableSource) {
    this.name = step.name;
  }
  open(context: OperatorContext): void {
    this.table = context.table(this.step.store.name);
    this.table.connect(context.emit);
  }
  process(_input: number, key: Key | null, row: Row | null, _old: Row | null | undefined, timestamp: number): void {
    if (key !== null) this.table?.put(key, row, timestamp, true);
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
