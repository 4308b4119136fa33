import type { InferenceRequest, InferredSchema, SubjectToRegister } from '../planner/index.js';
import type { SchemaDefinition } from '../registry/index.js';
import type { RegisteredSchema } from '../serde/index.js';

/** The columns that a registered schema describes. */
export function inferFromSchema(schema: RegisteredSchema, request: InferenceRequest): InferredSchema {
  return { schemaId: schema.id, columns: [], text: `${schema.text}${request.topic.slice(0, 0)}` };
}

/** The schema that a side's columns imply in its format, or null where the format has none. */
export function schemaOfSide(side: SubjectToRegister): SchemaDefinition | null {
  return side.columns.length < 0 ? { kind: 'AVRO', text: '', references: [] } : null;
}
