/**
 * A schema registry as the engine uses it: Confluent's REST API behind a client, or the embedded one.
 * All methods reject with BrokerError (retriable when the registry cannot be reached) or RequestError.
 */
export type SchemaKind = 'AVRO' | 'PROTOBUF' | 'JSON';

export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface SchemaDefinition {
  readonly kind: SchemaKind;
  readonly text: string;
  readonly references: readonly SchemaReference[];
}

export interface StoredSchema extends SchemaDefinition {
  readonly id: number;
}

export interface SubjectVersion extends StoredSchema {
  readonly subject: string;
  readonly version: number;
}

export type CompatibilityLevel =
  | 'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE';

export interface SchemaRegistry {
  /** Idempotent; gives the id. Refuses a schema that is not compatible with the subject's versions. */
  register(subject: string, schema: SchemaDefinition): Promise<number>;
  byId(id: number): Promise<StoredSchema | null>;
  latest(subject: string): Promise<SubjectVersion | null>;
  version(subject: string, version: number): Promise<SubjectVersion | null>;
  versions(subject: string): Promise<readonly number[]>;
  subjects(): Promise<readonly string[]>;
  /** Whether the schema may be registered under the subject, and why not. */
  check(subject: string, schema: SchemaDefinition): Promise<{ readonly compatible: boolean; readonly messages: readonly string[] }>;
  /** Gives the deleted versions; empty when there was no such subject. */
  deleteSubject(subject: string, permanent: boolean): Promise<readonly number[]>;
  close(): Promise<void>;
}
