import type { SqlType } from '../types/index.js';
import type { PersistentQuery, Source } from './catalog.js';

/** One change of the catalog as plain JSON data: what the command log carries. */
export type CatalogChange =
  /** Adds a source or replaces the one of the same name. */
  | { readonly kind: 'putSource'; readonly source: Source }
  | { readonly kind: 'dropSource'; readonly name: string }
  /** Adds a query or replaces the one of the same id. */
  | { readonly kind: 'putQuery'; readonly query: PersistentQuery }
  | { readonly kind: 'removeQuery'; readonly id: string }
  | { readonly kind: 'setPaused'; readonly id: string; readonly paused: boolean }
  | { readonly kind: 'putType'; readonly name: string; readonly type: SqlType }
  | { readonly kind: 'dropType'; readonly name: string };
