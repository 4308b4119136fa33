import type { SideLayout } from './format.js';

/**
 * Whether the columns stand in an object, record or message. Explicit features win; else several columns are wrapped, a
 * single value column is wrapped, a single key column is not (except where the format, such as PROTOBUF, always wraps).
 */
export function isWrapped(layout: Pick<SideLayout, 'columns' | 'format' | 'isKey'>): boolean {
  if (layout.columns.length !== 1 || layout.format.name === 'PROTOBUF' || layout.format.name === 'PROTOBUF_NOSR') return true;
  if (layout.format.features.includes('WRAP_SINGLES')) return true;
  if (layout.format.features.includes('UNWRAP_SINGLES')) return false;
  return !layout.isKey;
}
