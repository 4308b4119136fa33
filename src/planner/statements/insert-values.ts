import type { Source } from '../../catalog/index.js';
import { MillraceError, PlanError } from '../../errors/index.js';
import { render, typeOf } from '../../expr/index.js';
import type { Expression, InsertValues } from '../../parser/index.js';
import { BIGINT, coerceFunction, formatType, longToBigInt, quoteName, type Column, type SqlType, type SqlValue } from '../../types/index.js';
import { bindExpression, type BindScope } from '../bind/expression.js';
import { constantValue } from '../bind/constant-value.js';
import { PREPARE } from '../bind/located.js';
import { qualifyExpression } from '../bind/qualify.js';
import { listText } from '../bind/schema-text.js';
import { caseHint } from '../bind/sources.js';
import type { PlannerContext } from '../context.js';
import type { PlannedInsertValues } from '../planned-statement.js';
import { flag } from '../settings.js';
import { checkWritableTopic } from './topic.js';

/** INSERT INTO … VALUES: one record, its values evaluated and coerced to the columns. */
export function planInsertValues(statement: InsertValues, context: PlannerContext): PlannedInsertValues {
  if (!flag(context, 'ksql.insert.into.values.enabled', true)) {
    throw new PlanError("The server has disabled INSERT INTO ... VALUES functionality. To enable it, restart your ksqlDB server with 'ksql.insert.into.values.enabled'=true", { hint: 'Set ksql.insert.into.values.enabled=true on the server.' });
  }
  const source = writableSource(statement, context);
  checkWritableTopic(source.topic, context);
  const columns = targetColumns(statement, source);
  if (columns.length !== statement.values.length) {
    throw new PlanError(
      `${PREPARE}Expected number columns and values to match: ${String(columns.length)}, ${String(statement.values.length)}`,
      { span: statement.span, hint: 'Write as many values as columns.' });
  }
  const values = new Map<string, SqlValue>();
  for (const [index, column] of columns.entries()) {
    const expression = statement.values[index];
    if (expression !== undefined) values.set(column.name, valueFor(column, expression, context));
  }
  checkPrimaryKey(source, values);
  const of = (wanted: readonly Column[]): SqlValue[] => wanted.map((column) => values.get(column.name) ?? null);
  const timestamp = values.get('ROWTIME');
  return {
    kind: 'insertValues',
    source: source.name,
    topic: source.topic,
    key: { format: source.keyFormat, columns: source.keyColumns, window: null, values: of(source.keyColumns) },
    value: { format: source.valueFormat, columns: source.valueColumns, window: null, values: of(source.valueColumns) },
    timestamp: typeof timestamp === 'number' || typeof timestamp === 'bigint' ? Number(longToBigInt(timestamp)) : null,
  };
}

function writableSource(statement: InsertValues, context: PlannerContext): Source {
  const source = context.catalog.sources.get(statement.target);
  if (source === undefined) {
    throw new PlanError(
      `Cannot insert values into an unknown stream/table: ${quoteName(statement.target)}${caseHint(statement.target, context.catalog)}`,
      { span: statement.span, hint: 'SHOW STREAMS and SHOW TABLES list the sources.' });
  }
  if (source.readOnly) {
    throw new PlanError(`Cannot insert values into read-only ${source.kind.toLowerCase()}: ${source.name}`, { span: statement.span, hint: 'Write to the stream or table that its topic comes from.' });
  }
  if (source.window !== null) throw new PlanError('Cannot insert values into windowed stream/table!', { span: statement.span, hint: 'Insert into the source that the windows are made of.' });
  return source;
}

const ROWTIME: Column = { name: 'ROWTIME', type: BIGINT };

function targetColumns(statement: InsertValues, source: Source): readonly Column[] {
  const all = [...source.keyColumns, ...source.valueColumns];
  const headers = source.headerColumns.map(({ column }) => column.name);
  if (statement.columns.length === 0) {
    if (headers.length > 0 && statement.values.length > all.length) refuseHeaders(headers);
    return all;
  }
  const named = statement.columns.map((identifier) => {
    if (identifier.name === 'ROWTIME') return ROWTIME;
    if (identifier.name === 'ROWPARTITION' || identifier.name === 'ROWOFFSET') {
      throw new PlanError(`Inserting into column ${quoteName(identifier.name)} is not allowed.`, { span: identifier.span, hint: "ROWPARTITION and ROWOFFSET are the broker's to give; only ROWTIME may be set." });
    }
    if (headers.includes(identifier.name)) refuseHeaders(headers);
    const column = all.find((each) => each.name === identifier.name);
    if (column === undefined) {
      throw new PlanError(`Column name ${quoteName(identifier.name)} does not exist.`, { span: identifier.span, hint: 'DESCRIBE shows the columns of the source.' });
    }
    return column;
  });
  return named;
}

function refuseHeaders(headers: readonly string[]): never {
  throw new PlanError(`Cannot insert into HEADER columns: ${headers.join(', ')}`, { hint: 'Leave the HEADER columns out of the list.' });
}

function checkPrimaryKey(source: Source, values: ReadonlyMap<string, SqlValue>): void {
  if (source.kind !== 'TABLE') return;
  const missing = source.keyColumns.filter((column) => (values.get(column.name) ?? null) === null).map((column) => quoteName(column.name));
  if (missing.length === 0) return;
  throw new PlanError(`Failed to insert values into '${source.name}'. Value for primary key column(s) ${listText(missing, 'and')} is required for tables`, { hint: 'Give every key column a value.' });
}

/** The value of a constant expression as a column takes it. Throws PlanError. */
export function valueFor(column: Column, expression: Expression, context: PlannerContext): SqlValue {
  const scope: BindScope = {
    layout: { schema: { key: [], value: [], window: null }, entries: [] },
    evaluation: context.evaluation,
    types: context.catalog.types,
    substitutes: new Map(),
  };
  const bound = bindExpression(qualifyExpression(expression, []), scope);
  const from = typeOf(bound);
  if (from === null) return null;
  const coerce = isAssignable(from, column.type) ? coerceFunction(from, column.type) : null;
  const mismatch = (cause?: unknown): PlanError =>
    new PlanError(
      `Expected type ${formatType(column.type)} for field ${quoteName(column.name)} but got ${render(bound)} (${formatType(from)})`,
      { span: expression.span, cause, hint: `Write CAST(… AS ${formatType(column.type)}).` },
    );
  if (coerce === null) throw mismatch();
  const value = evaluate(() => constantValue(bound, context), expression);
  try {
    return coerce(value);
  } catch (error) {
    throw mismatch(error);
  }
}

function evaluate(run: () => SqlValue, expression: Expression): SqlValue {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const hint = (error instanceof MillraceError ? error.hint : undefined) ?? 'Check the value, or cast it to the type of its column.';
    throw new PlanError(`Failed to evaluate a value: ${error.message}`, { span: expression.span, cause: error, hint });
  }
}

/** Widening and text forms only; a DECIMAL may go into any DECIMAL that its value fits. STRUCTs go by field names. */
function isAssignable(from: SqlType, to: SqlType): boolean {
  if (to.kind === 'DECIMAL') return from.kind === 'INTEGER' || from.kind === 'BIGINT' || from.kind === 'DECIMAL';
  switch (from.kind) {
    case 'INTEGER':
      return to.kind === 'INTEGER' || to.kind === 'BIGINT' || to.kind === 'DOUBLE';
    case 'BIGINT':
      return to.kind === 'BIGINT' || to.kind === 'DOUBLE';
    case 'DECIMAL':
      return to.kind === 'DOUBLE';
    case 'STRING':
      return to.kind === 'STRING' || to.kind === 'DATE' || to.kind === 'TIME' || to.kind === 'TIMESTAMP' || to.kind === 'BYTES';
    case 'ARRAY':
      return to.kind === 'ARRAY' && isAssignable(from.item, to.item);
    case 'MAP':
      return to.kind === 'MAP' && isAssignable(from.key, to.key) && isAssignable(from.value, to.value);
    case 'STRUCT':
      return to.kind === 'STRUCT' && from.fields.every((field) => {
        const target = to.fields.find((each) => each.name === field.name);
        return target === undefined || isAssignable(field.type, target.type);
      });
    default:
      return from.kind === to.kind;
  }
}
