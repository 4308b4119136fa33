import type { Source } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import { printStatement, type AlterSource } from '../../parser/index.js';
import { quoteName, type Column } from '../../types/index.js';
import { isSystemColumn } from '../bind/columns.js';
import { checkFormatHolds } from '../bind/formats.js';
import { caseHint } from '../bind/sources.js';
import { resolveType } from '../bind/type.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange } from '../planned-statement.js';
import { plannedChange } from './change.js';
import { subjectsOf } from './subjects.js';

/** ALTER … ADD COLUMN: value columns at the end of a source that no query writes. */
export function planAlterSource(statement: AlterSource, context: PlannerContext): PlannedChange {
  const source = alterable(statement, context);
  const added = statement.columns.map((column): Column => ({ name: column.name, type: resolveType(column.type, context.catalog.types) }));
  const taken = new Set([...source.keyColumns, ...source.valueColumns, ...source.headerColumns.map(({ column }) => column)].map((column) => column.name));
  for (const column of added) {
    if (isSystemColumn(column.name)) throw new PlanError(`'${column.name}' is a reserved column name. You cannot use it as a name for a column.`, { hint: 'Choose another name for the column.' });
    if (taken.has(column.name)) {
      throw new PlanError(`Cannot add column ${quoteName(column.name)} to schema. A column with the same name already exists.`, { span: statement.span, hint: 'DESCRIBE shows the columns that there are.' });
    }
    taken.add(column.name);
  }
  const valueColumns = [...source.valueColumns, ...added];
  const valueFormat = valueColumns.length === 1 ? source.valueFormat : { ...source.valueFormat, features: [] };
  checkFormatHolds(valueFormat, valueColumns, false, context);
  const altered: Source = { ...source, valueColumns, valueFormat };
  return plannedChange({
    statement: 'alterSource',
    changes: [{ kind: 'putSource', source: altered }],
    subjects: subjectsOf(source.name, source.topic, [{ isKey: false, format: valueFormat, columns: valueColumns, inferred: false }], context),
    entity: source.name,
    message: `${source.kind === 'STREAM' ? 'Stream' : 'Table'} ${quoteName(source.name)} altered successfully.`,
    statementText: printStatement(statement),
  });
}

function alterable(statement: AlterSource, context: PlannerContext): Source {
  const source = context.catalog.sources.get(statement.name);
  if (source === undefined) {
    throw new PlanError(`Source ${statement.name} does not exist.${caseHint(statement.name, context.catalog)}`, { span: statement.span, hint: 'SHOW STREAMS and SHOW TABLES list the sources.' });
  }
  const kind = source.kind.toLowerCase();
  if (source.kind !== statement.sourceKind) {
    throw new PlanError(`Incompatible data source type is ${source.kind}, but statement was ALTER ${statement.sourceKind}`, { span: statement.span, hint: 'Write ALTER STREAM for streams and ALTER TABLE for tables.' });
  }
  if (source.readOnly) throw new PlanError(`Cannot alter ${kind} '${source.name}': ALTER operations are not supported on source ${kind}s.`, { hint: 'Drop it and create it again with the new columns.' });
  if (source.createdBy !== null) {
    throw new PlanError(`ALTER command is not supported for CREATE ... AS statements.`, { hint: 'Write CREATE OR REPLACE with the new query.' });
  }
  return source;
}
