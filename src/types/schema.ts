import type { SqlType } from './sql-type.js';

export interface Column {
  readonly name: string;
  readonly type: SqlType;
}

export type WindowType = 'TUMBLING' | 'HOPPING' | 'SESSION';

/** Windowing of a key. `sizeMs` is null for SESSION. */
export interface WindowInfo {
  readonly type: WindowType;
  readonly sizeMs: number | null;
}

/** The shape of rows between steps. With `window`, key arrays carry start and end after the key columns. */
export interface RowSchema {
  readonly key: readonly Column[];
  readonly value: readonly Column[];
  readonly window: WindowInfo | null;
}

/** Pseudo columns that every source has. */
export const PSEUDO_COLUMNS = ['ROWTIME', 'ROWPARTITION', 'ROWOFFSET'] as const;
export type PseudoColumn = (typeof PSEUDO_COLUMNS)[number];
/** Pseudo columns of windowed keys. */
export const WINDOW_BOUNDS = ['WINDOWSTART', 'WINDOWEND'] as const;
