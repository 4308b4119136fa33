import type { Cell } from '../format/row-printer.js';

/** What a row that came did: `+I` a new one, `-U +U` another value, `-D` gone. */
export type Change = { readonly kind: 'insert'; readonly row: readonly Cell[] } | { readonly kind: 'update'; readonly before: readonly Cell[]; readonly row: readonly Cell[] } | { readonly kind: 'delete'; readonly before: readonly Cell[] };

/** Keys beyond this bound are forgotten, oldest change first: a screen shows a few dozen. */
const MAX_KEYS = 100_000;

/** The newest row of each key. Without keys every row is one of its own. */
export class KeyedRows {
  private readonly rows = new Map<string, readonly Cell[]>();
  private sequence = 0;

  /** Positions of the key columns. */
  constructor(private readonly keys: readonly number[]) {}

  get size(): number {
    return this.rows.size;
  }
  entries(): Iterable<readonly [string, readonly Cell[]]> {
    return this.rows;
  }

  keyOf(row: readonly Cell[]): string {
    return this.keys.length === 0 ? String(this.sequence) : JSON.stringify(this.keys.map((index) => row[index] ?? null));
  }

  /** A row whose columns beside the key are all null is a deletion: streams of changes have no other sign for it. */
  apply(row: readonly Cell[]): Change {
    this.sequence += 1;
    const key = this.keyOf(row);
    const before = this.rows.get(key);
    this.rows.delete(key);
    if (this.isDeletion(row)) return { kind: 'delete', before: before ?? row };
    this.rows.set(key, row);
    this.forgetOldest();
    return before === undefined ? { kind: 'insert', row } : { kind: 'update', before, row };
  }

  private isDeletion(row: readonly Cell[]): boolean {
    return this.keys.length > 0 && this.keys.length < row.length && row.every((cell, index) => cell === null || this.keys.includes(index));
  }

  private forgetOldest(): void {
    if (this.rows.size <= MAX_KEYS) return;
    const [oldest] = this.rows.keys();
    if (oldest !== undefined) this.rows.delete(oldest);
  }
}
