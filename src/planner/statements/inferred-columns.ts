import { BindError } from '../../errors/index.js';
import type { FormatInfo } from '../../plan/index.js';
import type { Column } from '../../types/index.js';
import { withKeyFeatures } from '../bind/formats.js';
import { columnText } from '../bind/schema-text.js';
import type { WithProperties } from '../bind/with-properties.js';
import type { InferredSchema, PlannerContext } from '../context.js';

interface SideToInfer {
  readonly topic: string;
  readonly isKey: boolean;
  readonly format: FormatInfo;
  readonly declared: readonly Column[];
  readonly properties: WithProperties;
}

/** Columns of one side of a CREATE: as declared, or read from the registry where none are. */
export function columnsOfSide(side: SideToInfer, context: PlannerContext): { readonly columns: readonly Column[]; readonly inferred: boolean } {
  const { isKey, format, declared, properties } = side;
  const schemaId = isKey ? properties.keySchemaId : properties.valueSchemaId;
  const label = isKey ? 'KEY' : 'VALUE';
  checkSchemaId(schemaId, label, format, context);
  if (schemaId !== null && declared.length > 0) {
    throw new BindError(`Table elements and ${label}_SCHEMA_ID cannot both exist for create statement.`, { hint: 'Leave the columns out, or the schema id.' });
  }
  const infers = context.formats.find(format.name)?.supportsSchemaInference === true;
  if (declared.length > 0 || !infers) return { columns: declared, inferred: false };
  return { columns: registered(side, schemaId, context).columns, inferred: true };
}

export function checkSchemaId(schemaId: string | null, label: 'KEY' | 'VALUE', format: FormatInfo, context: PlannerContext): void {
  if (schemaId === null || context.formats.find(format.name)?.supportsSchemaInference === true) return;
  throw new BindError(
    `${label}_FORMAT should support schema inference when ${label}_SCHEMA_ID is provided. Current format is ${format.name}.`, { hint: 'Choose AVRO, JSON_SR or PROTOBUF, or leave the schema id out.' });
}

function registered(side: Omit<SideToInfer, 'declared'>, schemaId: string | null, context: PlannerContext): InferredSchema {
  const { topic, isKey, properties } = side;
  const unwrapped: FormatInfo = { ...side.format, features: ['UNWRAP_SINGLES'] };
  const single: Column = { name: 'ROWKEY', type: { kind: 'STRING' } };
  const format = isKey ? withKeyFeatures(side.format, [single], context) : properties.wrapSingleValue === false ? unwrapped : side.format;
  const found = context.schemas.infer({ topic, isKey, format, schemaId: schemaId === null ? null : Number(schemaId) });
  if (found !== null) return found;
  const what = isKey ? 'keys' : 'values';
  const which = schemaId === null ? '' : ` Schema Id: ${schemaId}`;
  throw new BindError(
    `Schema for message ${what} on topic '${topic}' does not exist in the Schema Registry.${which}\nSubject: ${topic}-${isKey ? 'key' : 'value'}\n` +
      'Possible causes include:\n- The topic itself does not exist\n- Messages on the topic are not serialized using a format Schema Registry supports\n' +
      '- Messages have not been serialized with a registered schema',
    { hint: 'Declare the columns in the statement, or register the schema first.' },
  );
}

/** …_SCHEMA_ID of a sink: its columns must be in the schema in order; the schema may have more. */
export function checkSinkSchema(
  side: { readonly topic: string; readonly isKey: boolean; readonly format: FormatInfo },
  schemaId: string | null,
  columns: readonly Column[],
  context: PlannerContext,
): void {
  const label = side.isKey ? 'KEY' : 'VALUE';
  checkSchemaId(schemaId, label, side.format, context);
  if (schemaId === null) return;
  const found = context.schemas.infer({ ...side, schemaId: Number(schemaId) });
  if (found === null) throw new BindError(`Schema with id ${schemaId} does not exist in the Schema Registry.`, { hint: 'Check the id in the registry.' });
  const changed = columns.filter((column, index) => {
    const other = found.columns[index];
    return other === undefined || columnText(other, false) !== columnText(column, false);
  });
  if (changed.length === 0) return;
  const list = (each: readonly Column[]): string => each.map((column) => columnText(column, false)).join(', ');
  throw new BindError(
    `The following ${label.toLowerCase()} columns are changed, missing or reordered: [${list(changed)}]. Schema from schema registry is [${list(found.columns)}]`, { hint: 'List the columns as the schema has them, or leave them out.' });
}
