import type { Catalog } from '../catalog/index.js';
import type { BoundExpression, EvaluationEnvironment } from '../expr/index.js';
import type { FunctionCatalogue } from '../functions/index.js';
import type { FormatInfo } from '../plan/index.js';
import type { Column, SqlValue } from '../types/index.js';

/** What the planner may look at. All lookups are synchronous; a lookup that must fetch first throws its own marker. */
export interface PlannerContext {
  readonly catalog: Catalog;
  readonly functions: FunctionCatalogue;
  /** For constants: values of INSERT, keys of pull queries, parts of expressions that no row changes. */
  readonly evaluation: EvaluationEnvironment;
  /** Absent: all functions may be called here. */
  readonly constants?: ConstantSource;
  /** Effective configuration: server settings with the overrides of this request over them. */
  readonly properties: ReadonlyMap<string, string>;
  /** Only the overrides in force for the statement: they are stored in its plan. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly topics: TopicLookup;
  readonly schemas: SchemaLookup;
  readonly formats: FormatRules;
  /** The offset of the statement in the command log: the number in query ids. */
  readonly nextQueryNumber: number;
  readonly serviceId: string;
}

/** Constants that are not evaluated by the planner itself. */
export interface ConstantSource {
  /** null: evaluate it. Throws its own marker where the value must be fetched first, and what its evaluation threw. */
  valueOf(expression: BoundExpression): { readonly value: SqlValue } | null;
}

export interface TopicFacts {
  readonly partitions: number;
  readonly replicas: number;
  /** null: the topic has no such setting of its own. */
  readonly retentionMs: number | null;
}
export interface TopicLookup {
  find(name: string): TopicFacts | null;
}

/** Asks for the columns that a registered schema describes. */
export interface InferenceRequest {
  readonly topic: string;
  readonly isKey: boolean;
  /** With the WRAP/UNWRAP feature in force; keys of one field are read unwrapped where the format can. */
  readonly format: FormatInfo;
  /** null: the latest version of the subject `<topic>-key` or `<topic>-value`. */
  readonly schemaId: number | null;
}
export interface InferredSchema {
  readonly schemaId: number;
  readonly columns: readonly Column[];
  /** The schema as registered, for messages. */
  readonly text: string;
}
export interface SchemaLookup {
  /** null: there is no such subject or id. Throws BindError where the schema cannot be read as columns. */
  infer(request: InferenceRequest): InferredSchema | null;
}

export type FormatName = FormatInfo['name'];
export type FormatProperty = 'delimiter' | 'fullSchemaName' | 'schemaId' | 'unwrapPrimitives' | 'nullableRepresentation';

/** What one format can do. */
export interface FormatTraits {
  readonly name: FormatName;
  readonly supportsSchemaInference: boolean;
  readonly supportsWrapping: boolean;
  readonly supportsUnwrapping: boolean;
  readonly properties: readonly FormatProperty[];
}
/** The rules of the formats, which live with the formats. */
export interface FormatRules {
  /** By name, without regard to case; null: unknown. */
  find(name: string): FormatTraits | null;
  /** Why a format cannot hold these columns on this side, as one sentence; null: it can. */
  reasonAgainst(format: FormatInfo, columns: readonly Column[], isKey: boolean): string | null;
}
