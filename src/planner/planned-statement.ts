import type { CatalogChange } from '../catalog/index.js';
import type { FormatInfo, PersistentPlan } from '../plan/index.js';
import type { Column, SqlValue, WindowInfo } from '../types/index.js';

/** What a statement means, as data: the engine logs it, applies the changes, creates what must exist, starts and stops queries. */
export type PlannedStatement = PlannedChange | PlannedNothing | PlannedInsertValues;

/** A statement that changes the catalog. All parts are JSON data: together they are one command of the log. */
export interface PlannedChange {
  readonly kind: 'change';
  readonly statement:
    | 'createSource' | 'createAsSelect' | 'insertSelect' | 'dropSource' | 'alterSource' | 'createType' | 'dropType' | 'terminate' | 'pause' | 'resume' | 'reset';
  /** In the order in which they are to be applied. The started query is among them (`putQuery`). */
  readonly changes: readonly CatalogChange[];
  /** Topics to create where they do not exist yet, before anything starts. */
  readonly topics: readonly TopicToCreate[];
  /** Schemas to register, before anything starts. */
  readonly subjects: readonly SubjectToRegister[];
  /** The query to start; with `replaces` it takes over the state and offsets of the running query of the same id. */
  readonly start: PersistentPlan | null;
  readonly replaces: string | null;
  /** Queries to stop for good: their state, offsets and internal topics are deleted. One that is started too begins anew. */
  readonly stop: readonly string[];
  readonly pause: readonly string[];
  readonly resume: readonly string[];
  /** DELETE TOPIC: the topic and its subjects, deleted last. */
  readonly deleteTopic: { readonly topic: string; readonly subjects: readonly string[] } | null;
  /** The source or query that the statement is about. */
  readonly entity: string | null;
  readonly queryId: string | null;
  readonly message: string;
  /** The statement as it is stored and shown: formatted, inferred columns included. */
  readonly statementText: string;
}

/** IF [NOT] EXISTS found nothing to do. */
export interface PlannedNothing {
  readonly kind: 'nothing';
  readonly message: string;
}

/** INSERT … VALUES: one record, produced at once and not logged. */
export interface PlannedInsertValues {
  readonly kind: 'insertValues';
  readonly source: string;
  readonly topic: string;
  readonly key: RecordSide;
  readonly value: RecordSide;
  /** null: the wall clock. */
  readonly timestamp: number | null;
}
export interface RecordSide {
  readonly format: FormatInfo;
  readonly columns: readonly Column[];
  readonly window: WindowInfo | null;
  readonly values: readonly SqlValue[];
}

export interface TopicToCreate {
  readonly name: string;
  readonly partitions: number;
  /** null: the broker's default. */
  readonly replicas: number | null;
  readonly configs: Readonly<Record<string, string>>;
}

/** One side of a topic whose schema must be known to the registry. */
export interface SubjectToRegister {
  readonly subject: string;
  readonly topic: string;
  readonly isKey: boolean;
  readonly format: FormatInfo;
  readonly columns: readonly Column[];
  /** Column list as declared: the schema must be compatible with what is registered. */
  readonly source: string;
  /** A source over a topic: what the topic's producers have registered stays as it is. */
  readonly ifAbsent?: true;
}
