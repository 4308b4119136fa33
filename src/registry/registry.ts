/**
 * A schema registry as the engine uses it: Confluent's REST API behind a client, or the embedded one.
 * All methods reject with BrokerError (retriable when the registry cannot be reached) or RegistryError.
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

/** A schema with the schemas that it refers to. */
export interface ResolvedSchema {
  readonly kind: SchemaKind;
  readonly text: string;
  readonly references: readonly { readonly name: string; readonly schema: ResolvedSchema }[];
}

export const COMPATIBILITY_LEVELS = ['NONE', 'BACKWARD', 'BACKWARD_TRANSITIVE', 'FORWARD', 'FORWARD_TRANSITIVE', 'FULL', 'FULL_TRANSITIVE'] as const;
export type CompatibilityLevel = (typeof COMPATIBILITY_LEVELS)[number];

export interface Compatibility {
  readonly compatible: boolean;
  /** Where and why not; empty when compatible. */
  readonly messages: readonly string[];
}

export interface SchemaRegistry {
  /** Idempotent; gives the id. Refuses a schema that is not compatible with the subject's versions. */
  register(subject: string, schema: SchemaDefinition): Promise<number>;
  /** The version of the subject with exactly this schema (blanks aside), or null. */
  find(subject: string, schema: SchemaDefinition): Promise<SubjectVersion | null>;
  byId(id: number): Promise<StoredSchema | null>;
  latest(subject: string): Promise<SubjectVersion | null>;
  version(subject: string, version: number): Promise<SubjectVersion | null>;
  /** Empty when there is no such subject. */
  versions(subject: string): Promise<readonly number[]>;
  subjects(): Promise<readonly string[]>;
  /** Whether the schema may be registered under the subject, and why not. */
  check(subject: string, schema: SchemaDefinition): Promise<Compatibility>;
  /** The level in force for a subject; null: the global one. */
  compatibility(subject: string | null): Promise<CompatibilityLevel>;
  setCompatibility(subject: string | null, level: CompatibilityLevel): Promise<void>;
  /** Gives the deleted versions; empty when there was no such subject. A permanent deletion needs a plain one before. */
  deleteSubject(subject: string, permanent: boolean): Promise<readonly number[]>;
  /** false: there was no such version. */
  deleteVersion(subject: string, version: number, permanent: boolean): Promise<boolean>;
  close(): Promise<void>;
}
