import type { TableMaterialize, TableRepartition } from '../../plan/index.js';
import type { Table } from '../../state/index.js';
import type { Key, Row } from '../../types/index.js';
import type { Observed, Operator, OperatorContext } from './operator.js';

/**
 * Keeps the rows of a table that has no store of its own, or that arrives through an exchange. Its own row is the old one, so the input need not know it.
 *
 * | in | out |
 * |---|---|
 * | insert, update, delete | the same change, with the row last forwarded as old |
 * | null key | dropped |
 * | late | there is no lateness |
 */
export class TableMaterializeOperator implements Operator {
  readonly name: string;
  private table: Table | null = null;

  constructor(private readonly step: TableMaterialize | TableRepartition) {
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
