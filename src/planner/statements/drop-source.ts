import { readersOf, sourcesOverTopic, writersOf, type Source } from '../../catalog/index.js';
import { PlanError } from '../../errors/index.js';
import { printStatement, type DropSource } from '../../parser/index.js';
import { quoteName } from '../../types/index.js';
import { caseHint } from '../bind/sources.js';
import type { PlannerContext } from '../context.js';
import type { PlannedChange, PlannedNothing } from '../planned-statement.js';
import { plannedChange } from './change.js';

/** DROP STREAM/TABLE: also stops the query that created it; refused while others read from it or write to it. */
export function planDropSource(statement: DropSource, context: PlannerContext): PlannedChange | PlannedNothing {
  const { catalog } = context;
  const source = catalog.sources.get(statement.name);
  const kind = statement.sourceKind === 'STREAM' ? 'Stream' : 'Table';
  if (source === undefined) {
    const message = `${kind} ${statement.name} does not exist.`;
    if (statement.ifExists) return { kind: 'nothing', message: `Source ${quoteName(statement.name)} does not exist.` };
    throw new PlanError(`${message}${caseHint(statement.name, catalog)}`, { span: statement.span, hint: 'SHOW STREAMS and SHOW TABLES list the sources.' });
  }
  if (source.kind !== statement.sourceKind) {
    throw new PlanError(
      `Incompatible data source type is ${source.kind.toLowerCase()}, but statement was DROP ${statement.sourceKind.toLowerCase()}`,
      { span: statement.span, hint: `Write DROP ${source.kind}.` },
    );
  }
  checkUnused(source, context);
  const deleteTopic = statement.deleteTopic ? deletableTopic(source, context) : null;
  const stops = source.createdBy !== null && catalog.queries.has(source.createdBy) ? [source.createdBy] : [];
  return plannedChange({
    statement: 'dropSource',
    changes: [...stops.map((id) => ({ kind: 'removeQuery' as const, id })), { kind: 'dropSource', name: source.name }],
    stop: stops,
    deleteTopic,
    entity: source.name,
    message: `Source ${quoteName(source.name)} (topic: ${source.topic}) was dropped.`,
    statementText: printStatement(statement),
  });
}

function checkUnused(source: Source, context: PlannerContext): void {
  const { catalog } = context;
  const others = (queries: ReturnType<typeof readersOf>): ReturnType<typeof readersOf> => queries.filter((query) => query.id !== source.createdBy);
  const readers = others(readersOf(catalog, source.name));
  const sinks = [...new Set(readers.filter((query) => query.kind === 'CREATE_AS').map((query) => query.sink ?? ''))].sort();
  if (sinks.length > 0) {
    throw new PlanError(
      `Cannot drop ${source.name}.\nThe following streams and/or tables read from this source: [${sinks.join(', ')}].\n` +
        `You need to drop them before dropping ${source.name}.`, { hint: 'Drop them first, the last of them before those that it reads.' });
  }
  const inserts = (queries: typeof readers): string[] => queries.filter((query) => query.kind === 'INSERT').map((query) => query.id).sort();
  const reading = inserts(readers);
  const writing = inserts(others(writersOf(catalog, source.name)));
  if (reading.length + writing.length === 0) return;
  throw new PlanError(
    `Cannot drop ${source.name}.\nThe following queries read from this source: [${reading.join(', ')}].\n` +
      `The following queries write into this source: [${writing.join(', ')}].\nYou need to terminate them before dropping ${source.name}.`, { hint: 'TERMINATE the queries first; SHOW QUERIES lists them.' });
}

function deletableTopic(source: Source, context: PlannerContext): PlannedChange['deleteTopic'] {
  if (source.readOnly) {
    throw new PlanError(`Cannot delete topic for read-only source: ${source.name}`, { hint: 'Leave DELETE TOPIC out.' });
  }
  const sharing = sourcesOverTopic(context.catalog, source.topic).filter((name) => name !== source.name);
  if (sharing.length > 0) {
    throw new PlanError(`Refusing to delete topic ${source.topic}. Found other data sources (${sharing.join(', ')}) using it.`, { hint: 'Leave DELETE TOPIC out, or drop the other sources first.' });
  }
  const registers = (format: Source['keyFormat']): boolean => context.formats.find(format.name)?.supportsSchemaInference === true;
  const subjects = [
    ...(registers(source.keyFormat) ? [`${source.topic}-key`] : []),
    ...(registers(source.valueFormat) ? [`${source.topic}-value`] : []),
  ];
  return { topic: source.topic, subjects };
}
