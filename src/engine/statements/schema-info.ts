import type { FieldInfo, SchemaInfo } from '../../api/index.js';
import type { Source } from '../../catalog/index.js';
import type { Column, SqlType } from '../../types/index.js';

/** A type in the form clients read. MAP shows its value type only; its key is always STRING to them. */
export function schemaInfo(type: SqlType): SchemaInfo {
  const plain = { type: type.kind, fields: null, memberSchema: null };
  switch (type.kind) {
    case 'STRUCT':
      return { ...plain, fields: type.fields.map((field) => ({ name: field.name, schema: schemaInfo(field.type) })) };
    case 'ARRAY':
      return { ...plain, memberSchema: schemaInfo(type.item) };
    case 'MAP':
      return { ...plain, memberSchema: schemaInfo(type.value) };
    case 'DECIMAL':
      return { ...plain, parameters: { precision: type.precision, scale: type.scale } };
    default:
      return plain;
  }
}

function fields(columns: readonly Column[], type?: FieldInfo['type']): FieldInfo[] {
  return columns.map((column) => ({ name: column.name, schema: schemaInfo(column.type), ...(type === undefined ? {} : { type }) }));
}

/** The columns of a source: keys, values, headers. */
export function sourceFields(source: Source): readonly FieldInfo[] {
  const headers = source.headerColumns.map(({ column, headerKey }) => ({
    name: column.name,
    schema: schemaInfo(column.type),
    type: 'HEADER' as const,
    ...(headerKey === null ? {} : { headerKey }),
  }));
  return [...fields(source.keyColumns, 'KEY'), ...fields(source.valueColumns), ...headers];
}

/** Columns of a query's result. */
export function resultFields(key: readonly Column[], value: readonly Column[]): readonly FieldInfo[] {
  return [...fields(key, 'KEY'), ...fields(value)];
}

/** Columns of a result in their own order. */
export function columnFields(columns: readonly (Column & { readonly isKey: boolean })[], marksKeys: boolean): readonly FieldInfo[] {
  return columns.flatMap((column) => fields([column], marksKeys && column.isKey ? 'KEY' : undefined));
}
