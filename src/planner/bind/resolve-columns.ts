import { BindError } from '../../errors/index.js';
import { WINDOW_BOUNDS } from '../../types/index.js';
import { formatIdentifier, type ColumnReference, type Expression } from '../../parser/index.js';
import { at } from './located.js';
import type { BoundSource } from './sources.js';
import { walkExpression } from './walk-expression.js';

export type Clause = 'SELECT' | 'WHERE' | 'GROUP BY' | 'PARTITION BY' | 'HAVING' | 'JOIN ON';

/** Names that stand for something without being a column of a source. */
export interface KnownNames {
  readonly sources: readonly BoundSource[];
  /** The name of a join's synthetic key, or null. */
  readonly synthetic: string | null;
  /** The query has a WINDOW clause: its bounds may be named; where, other rules say. */
  readonly windowed: boolean;
}

/** Refuses the first name in an expression that nothing has. */
export function checkColumns(expression: Expression, clause: Clause, known: KnownNames): void {
  walkExpression(expression, (part) => {
    if (part.kind === 'column' && !isKnown(part, known)) throw unresolved(part, clause);
  });
}

function isKnown(column: ColumnReference, known: KnownNames): boolean {
  if (column.source === null) {
    return column.name === known.synthetic || (known.windowed && WINDOW_BOUNDS.some((bound) => bound === column.name));
  }
  const source = known.sources.find((each) => each.alias === column.source);
  if (source === undefined) return false;
  if (source.columns.some((each) => each.name === column.name)) return true;
  return known.windowed && known.sources.length === 1 && WINDOW_BOUNDS.some((bound) => bound === column.name);
}

function unresolved(column: ColumnReference, clause: Clause): BindError {
  const name = `${column.source === null ? '' : `${shown(column.source)}.`}${shown(column.name)}`;
  const input =
    clause === 'PARTITION BY' || clause === 'GROUP BY'
      ? ` '${name}' must be a column in the source schema since ${clause} is applied on the input.`
      : '';
  return new BindError(`${at(column.span)}${clause} column '${name}' cannot be resolved.${input}`, { span: column.span, hint: 'DESCRIBE shows the columns of a source.' });
}

/** ksqlDB shows the bare name here where it is a plain word in any case. */
function shown(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_@]*$/.test(name) ? name : formatIdentifier(name);
}
