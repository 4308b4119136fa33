import type { Catalog } from '../catalog/index.js';
import type { PullPlan } from '../plan/index.js';
import { textToInteger, textToLong, type SqlType, type SqlValue } from '../types/index.js';

/** A pull query by one key, cut at its literal: texts of one shape share one plan. */
export interface KeyLookup {
  /** The text up to the literal, with the kind of literal. */
  readonly shape: string;
  readonly literal: string;
}

const LOOKUP = /^([^'"$]*?\bWHERE\s+(?:[A-Za-z_]\w*|`[^`]+`)\s*=\s*)('(?:[^']|'')*'|-?\d{1,19})\s*;?\s*$/i;

/** Null: the text is something else. Comments and variables are left to the parser. */
export function keyLookup(sql: string): KeyLookup | null {
  if (sql.length > 4096) return null;
  const [, before = '', literal = ''] = LOOKUP.exec(sql) ?? [];
  if (before === '' || before.includes('--') || before.includes('/*')) return null;
  return { shape: before + (literal.startsWith("'") ? "'" : '0'), literal };
}

/** The type of the key that a plan of such a text looks up; null where its plan depends on more than the key. */
export function lookupType(plan: PullPlan, catalog: Catalog): SqlType | null {
  const { access, windows, limit } = plan;
  if (access.kind !== 'keys' || access.keys.length !== 1 || access.keys[0]?.length !== 1 || windows !== null || limit !== null) return null;
  const columns = catalog.sources.get(plan.source)?.keyColumns ?? [];
  const [column] = columns;
  if (column === undefined || columns.length !== 1) return null;
  return column.type.kind === 'STRING' || column.type.kind === 'INTEGER' || column.type.kind === 'BIGINT' ? column.type : null;
}

/** The key that a literal stands for; undefined where that is for the planner to say. */
export function lookupKey(literal: string, type: SqlType): SqlValue | undefined {
  if (literal.startsWith("'")) return type.kind === 'STRING' ? literal.slice(1, -1).replaceAll("''", "'") : undefined;
  if (type.kind === 'INTEGER') return textToInteger(literal) ?? undefined;
  return type.kind === 'BIGINT' ? (textToLong(literal) ?? undefined) : undefined;
}
