import { PlanError } from '../../errors/index.js';
import { printStatement, type CreateType, type DropType } from '../../parser/index.js';
import { formatType } from '../../types/index.js';
import { resolveType } from '../bind/type.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange, PlannedNothing } from '../planned-statement.js';
import { plannedChange } from './change.js';

/** CREATE TYPE: another name for a type. It is resolved where it is used, so later changes reach no source. */
export function planCreateType(statement: CreateType, context: PlannerContext): PlannedChange | PlannedNothing {
  const type = resolveType(statement.type, context.catalog.types);
  const existing = context.catalog.types.get(statement.name);
  if (existing !== undefined) {
    const message = `Cannot register custom type '${statement.name}' since it is already registered with type: ${formatType(existing)}`;
    if (statement.ifNotExists) return { kind: 'nothing', message: `${statement.name} is already registered with type ${formatType(existing)}` };
    throw new PlanError(message, { span: statement.span, hint: 'Drop it first, or write IF NOT EXISTS.' });
  }
  return plannedChange({
    statement: 'createType',
    changes: [{ kind: 'putType', name: statement.name, type }],
    entity: statement.name,
    message: `Registered custom type with name '${statement.name}' and SQL type ${formatType(type)}`,
    statementText: printStatement(statement),
  });
}

export function planDropType(statement: DropType, context: PlannerContext): PlannedChange | PlannedNothing {
  if (!context.catalog.types.has(statement.name)) {
    if (statement.ifExists) return { kind: 'nothing', message: `Type '${statement.name}' does not exist` };
    throw new PlanError(`Type ${statement.name} does not exist.`, { span: statement.span, hint: 'SHOW TYPES lists the types.' });
  }
  return plannedChange({
    statement: 'dropType',
    changes: [{ kind: 'dropType', name: statement.name }],
    entity: statement.name,
    message: `Dropped type '${statement.name}'`,
    statementText: printStatement(statement),
  });
}
