import { schemaForColumns, type RegisteredSchema, type SchemaSource, type SideLayout } from '../../../src/serde/index.js';

/** A registry that knows these schemas by their ids. */
export function registryOf(...schemas: readonly RegisteredSchema[]): SchemaSource {
  const byId = new Map(schemas.map((schema) => [schema.id, schema]));
  return {
    byId: (id) => {
      const found = byId.get(id);
      if (found === undefined) throw new Error(`no schema ${id}`);
      return found;
    },
    idForWriting: () => schemas[0]?.id ?? 0,
    latest: () => schemas[0] ?? null,
  };
}

export function schema(kind: RegisteredSchema['kind'], text: unknown, id = 7, references: RegisteredSchema['references'] = []): RegisteredSchema {
  return { id, kind, text: typeof text === 'string' ? text : JSON.stringify(text), references };
}

/** The side with the schema its columns imply registered under id 7. */
export function registered(layout: SideLayout): SideLayout {
  const implied = schemaForColumns(layout);
  return implied === null ? layout : { ...layout, schemas: registryOf({ id: 7, references: [], ...implied }) };
}
