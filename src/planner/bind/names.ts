import type { Expression } from '../../parser/index.js';
import { PSEUDO_COLUMNS, type Column } from '../../types/index.js';
import type { BoundSource } from './sources.js';

/** A column's name in results of this query: prefixed by its source in joins, since names may repeat there. */
export function internalName(alias: string | null, name: string, isJoin: boolean): string {
  return isJoin && alias !== null ? `${alias}_${name}` : name;
}

/** Gives names to select expressions that have none, as ksqlDB numbers them. One per query: names are used up in order. */
export class ColumnNamer {
  readonly #taken: Set<string>;
  #next = 0;

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  nameOf(expression: Expression): string {
    return expression.kind === 'dereference' ? this.#unique(expression.field) : this.#generated();
  }

  /** The field name; `_1`, `_2` … where a column or an earlier generated name has it already. */
  #unique(field: string): string {
    let name = field;
    for (let suffix = 1; this.#taken.has(name); suffix += 1) name = `${field}_${String(suffix)}`;
    this.#taken.add(name);
    return name;
  }

  #generated(): string {
    let name = `KSQL_COL_${String(this.#next)}`;
    while (this.#taken.has(name)) {
      this.#next += 1;
      name = `KSQL_COL_${String(this.#next)}`;
    }
    this.#taken.add(name);
    this.#next += 1;
    return name;
  }
}

export function namerFor(sources: readonly BoundSource[]): ColumnNamer {
  return new ColumnNamer(sources.flatMap((source) => source.columns.map((column) => column.name)));
}

/** Whether a plain column needs its source's name in the output of a join. */
export function needsPrefix(name: string, sources: readonly BoundSource[]): boolean {
  if (sources.length < 2) return false;
  if (PSEUDO_COLUMNS.some((pseudo) => pseudo === name)) return true;
  return sources.filter((source) => source.columns.some((column) => column.name === name)).length > 1;
}

/** The name of a join key that no source column equals: ROWKEY, or ROWKEY_1 … where a source has that. */
export function syntheticKeyName(sources: readonly { readonly columns: readonly Column[] }[]): string {
  const taken = new Set(sources.flatMap((source) => source.columns.map((column) => column.name)));
  let name = 'ROWKEY';
  for (let suffix = 1; taken.has(name); suffix += 1) name = `ROWKEY_${String(suffix)}`;
  return name;
}
