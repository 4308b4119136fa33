/**
 * How one side of a topic is encoded, as the plan and the catalog store it. `serde/` understands the same shape
 * (structurally: neither folder imports the other).
 */
export interface FormatInfo {
  readonly name: 'KAFKA' | 'DELIMITED' | 'JSON' | 'JSON_SR' | 'AVRO' | 'PROTOBUF' | 'PROTOBUF_NOSR' | 'NONE';
  readonly properties: Readonly<
    Partial<Record<'delimiter' | 'fullSchemaName' | 'schemaId' | 'unwrapPrimitives' | 'nullableRepresentation', string>>
  >;
  readonly features: readonly SerdeFeature[];
}
/** Explicit wrapping of a single column. */
export type SerdeFeature = 'WRAP_SINGLES' | 'UNWRAP_SINGLES';
