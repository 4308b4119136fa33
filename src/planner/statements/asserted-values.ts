import type { Source } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import type { Expression, Identifier } from '../../parser/index.js';
import { BIGINT, quoteName, type Column, type SqlValue } from '../../types/index.js';
import type { PlannerContext } from '../context.js';
import { valueFor } from './insert-values.js';

/** What a test script expects of one record: a value for each named column (all of them where none is named). */
export interface AssertedValue {
  readonly column: Column;
  readonly value: SqlValue;
}

/** ASSERT VALUES: values are read as INSERT VALUES would read them, also for sources that nobody may insert into. */
export function assertedValues(source: Source, columns: readonly Identifier[], values: readonly Expression[], context: PlannerContext): readonly AssertedValue[] {
  const all = [...source.keyColumns, ...source.valueColumns];
  const wanted = columns.length === 0 ? all : columns.map(({ name, span }) => {
    const column = name === 'ROWTIME' ? { name, type: BIGINT } : all.find((each) => each.name === name);
    if (column === undefined) throw new PlanError(`Column name ${quoteName(name)} does not exist.`, { span, hint: 'DESCRIBE shows the columns of the source.' });
    return column;
  });
  if (wanted.length !== values.length) throw new PlanError(`Expected number columns and values to match: ${wanted.length}, ${values.length}`, { hint: 'Name as many columns as there are values.' });
  return wanted.map((column, index) => {
    const expression = values[index];
    return { column, value: expression === undefined ? null : valueFor(column, expression, context) };
  });
}
