import { PlanError } from '../../errors/index.js';
import { quoteName, type Column } from '../../types/index.js';
import { isSystemColumn } from '../bind/columns.js';
import { columnText } from '../bind/schema-text.js';
import type { OutputItem } from '../bind/select-items.js';

/** Names that every source has anyway cannot be columns of a topic. */
export function checkReservedColumns(items: readonly OutputItem[]): void {
  const reserved = items.find((item) => isSystemColumn(item.name) && !item.fromStar);
  if (reserved === undefined) return;
  throw new PlanError(`Reserved column name in select: ${quoteName(reserved.name)}. Please remove or alias the column.`, {
    span: reserved.expression.span, hint: 'Write another alias: SELECT … AS name.' });
}

/** No two columns of one side may have one name. */
export function checkDuplicateColumns(columns: readonly Column[], isKey: boolean): void {
  const repeated = columns.find((column, index) => columns.findIndex((other) => other.name === column.name) !== index);
  if (repeated === undefined) return;
  throw new PlanError(`Duplicate ${isKey ? 'key' : 'value'} columns found in schema: ${columnText(repeated, isKey)}`, {
    hint: 'Give one of them another name with AS.',
  });
}

/** A name means one column, also across key and value. */
export function checkSidesDiffer(key: readonly Column[], value: readonly Column[]): void {
  const repeated = value.find((column) => key.some((other) => other.name === column.name));
  if (repeated === undefined) return;
  throw new PlanError(`Duplicate value columns found in schema: ${columnText(repeated, false)}`, { hint: 'The key has a column of this name.' });
}

/** A record without value columns could say nothing but that its key exists. */
export function checkValueColumns(value: readonly Column[]): void {
  if (value.length === 0) throw new PlanError('The projection contains no value columns.', { hint: 'AS_VALUE copies a key column into the value.' });
}
