import type { PersistentQuery, Source } from '../../catalog/index.js';
import { BindError, PlanError } from '../../errors/index.js';
import { printStatement, type InsertSelect, type Query, type SelectItem } from '../../parser/index.js';
import { canImplicitlyCast, quoteName, type Column } from '../../types/index.js';
import { at, RESOLVE } from '../bind/located.js';
import { schemaText } from '../bind/schema-text.js';
import { caseHint } from '../bind/sources.js';
import { readProperties } from '../bind/with-properties.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange } from '../planned-statement.js';
import { plannedChange } from './change.js';
import { persistentPlan, planRows, type PersistentRows } from './plan-persistent.js';
import { subjectsOf } from './subjects.js';
import { checkWritableTopic } from './topic.js';

/** INSERT INTO … SELECT: another query that writes to an existing stream. */
export function planInsertSelect(statement: InsertSelect, context: PlannerContext): PlannedChange {
  const properties = readProperties(statement.properties, 'insert');
  const target = targetStream(statement, context);
  checkWritableTopic(target.topic, context);
  const queryId = properties.queryId === null ? `INSERTQUERY_${String(context.nextQueryNumber)}` : customId(properties.queryId, context);
  const query = castLiterals(statement.query, target);
  const rows = planRows(query, { name: target.name, timestamp: null }, queryId, context);
  if (rows.relation.kind === 'table') {
    throw new PlanError(
      `Incompatible data sink and query result. Data sink (${target.name}) type is KSTREAM but select query result is KTABLE.`, { hint: 'Insert into a table with CREATE TABLE … AS SELECT instead.' });
  }
  checkSchema(rows, target);
  const statementText = printStatement({ ...statement, query: { ...rows.analysis.query, emit: query.emit ?? 'CHANGES' } });
  const sink = { name: target.name, topic: target.topic, keyFormat: target.keyFormat, valueFormat: target.valueFormat, timestamp: null };
  const plan = persistentPlan(rows, sink, statementText);
  const started: PersistentQuery = {
    id: queryId, kind: 'INSERT', sources: plan.sources, sink: target.name, statementText, plan, paused: false,
  };
  const { key, value } = rows.relation.layout.schema;
  return plannedChange({
    statement: 'insertSelect',
    changes: [{ kind: 'putQuery', query: started }],
    subjects: subjectsOf(
      target.name,
      target.topic,
      [
        { isKey: true, format: target.keyFormat, columns: key, inferred: false },
        { isKey: false, format: target.valueFormat, columns: value, inferred: false },
      ],
      context,
    ),
    start: plan,
    entity: target.name,
    queryId,
    message: `Created query with ID ${queryId}`,
    statementText,
  });
}

function targetStream(statement: InsertSelect, context: PlannerContext): Source {
  const target = context.catalog.sources.get(statement.target);
  if (target === undefined) {
    const { span } = statement;
    const place = { ...span, column: span.column + 'INSERT INTO '.length };
    throw new BindError(`${RESOLVE}${at(place)}Source ${quoteName(statement.target)} does not exist.${caseHint(statement.target, context.catalog)}`, {
      span, hint: 'SHOW STREAMS lists the streams.' });
  }
  if (target.kind === 'TABLE') {
    throw new PlanError(`${RESOLVE}INSERT INTO can only be used to insert into a stream. ${target.name} is a table.`, { span: statement.span, hint: 'Write CREATE TABLE … AS SELECT instead.' });
  }
  if (target.readOnly) throw new PlanError(`Cannot insert into read-only stream: ${target.name}`, { span: statement.span, hint: 'Insert into the stream that its topic comes from.' });
  if (target.headerColumns.length > 0) {
    throw new PlanError(`Cannot insert into ${target.name} because it has header columns`, { span: statement.span, hint: 'Insert into a stream without HEADERS columns.' });
  }
  return target;
}

const RESERVED_PREFIXES = ['INSERTQUERY_', 'CTAS_', 'CSAS_', 'CST_'];

function customId(written: string, context: PlannerContext): string {
  const id = written.toUpperCase();
  if (!/^[A-Z0-9_]+$/.test(id)) {
    throw new PlanError(`Query IDs may contain only alphanumeric characters and '_'. Got: '${id}'`, { hint: 'Use letters, digits and underscores.' });
  }
  if (RESERVED_PREFIXES.some((prefix) => id.startsWith(prefix))) {
    throw new PlanError(`Query IDs must not start with a reserved query ID prefix (${RESERVED_PREFIXES.join(', ')}). Got: '${id}'`, { hint: 'Begin the id with something else.' });
  }
  if (context.catalog.queries.has(id)) throw new PlanError(`Query ID '${id}' already exists.`, { hint: 'Choose another id, or TERMINATE that query.' });
  return id;
}

/** Number literals take the type of a DECIMAL column they are inserted into. */
function castLiterals(query: Query, target: Source): Query {
  const columns = [...target.keyColumns, ...target.valueColumns];
  const select = query.select.map((item): SelectItem => {
    if (item.kind !== 'item') return item;
    const { expression, alias } = item;
    const type = columns.find((column) => column.name === alias)?.type;
    const isNumber = expression.kind === 'integer' || expression.kind === 'decimal' || expression.kind === 'double';
    if (type?.kind !== 'DECIMAL' || !isNumber) return item;
    const { span } = item;
    return {
      ...item,
      expression: { kind: 'cast', operand: expression, type: { kind: 'decimalType', precision: type.precision, scale: type.scale, span }, span },
    };
  });
  return { ...query, select };
}

/** Place by place: same side, same name, and a type that the target's can hold. */
function checkSchema(rows: PersistentRows, target: Source): void {
  const { key, value } = rows.relation.layout.schema;
  const fits = (result: readonly Column[], sink: readonly Column[]): boolean =>
    result.length === sink.length &&
    result.every((column, index) => {
      const other = sink[index];
      return other !== undefined && column.name === other.name && canImplicitlyCast(column.type, other.type);
    });
  if (fits(key, target.keyColumns) && fits(value, target.valueColumns)) return;
  throw new PlanError(
    `Incompatible schema between results and sink.\nResult schema is ${schemaText(key, value)}\n` +
      `Sink schema is ${schemaText(target.keyColumns, target.valueColumns)}`, { hint: 'Select the columns of the sink in its order, with casts where types differ.' });
}
