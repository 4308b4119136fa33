import type { InferenceRequest, InferredSchema, SubjectToRegister } from '../planner/index.js';
import type { SchemaDefinition } from '../registry/index.js';
import { inferColumns, schemaForColumns, type RegisteredSchema, type SchemaSource } from '../serde/index.js';

/** The columns that a registered schema describes. Throws BindError where it cannot be read as columns. */
export function inferFromSchema(schema: RegisteredSchema, request: InferenceRequest): InferredSchema {
  const { isKey, format, topic, schemaId } = request;
  return { schemaId: schema.id, columns: inferColumns(schema, { isKey, format, topic, keepsCase: schemaId !== null }), text: schema.text };
}

/** The schema that a side's columns imply in its format, or null where the format has none. */
export function schemaOfSide(side: SubjectToRegister, schemas: SchemaSource): SchemaDefinition | null {
  const { format, isKey, columns, subject } = side;
  const schema = schemaForColumns({ format, isKey, columns, subject, window: null, schemas });
  return schema === null ? null : { ...schema, references: [] };
}
