import type { Column, SqlType, WindowInfo } from '../types/index.js';

/**
 * Streams, tables, types, queries: one immutable value. Readers take the reference once and see a consistent world.
 * Plain readonly data; changed only by the functions in this folder, `(catalog, change) → catalog`.
 */
export interface Catalog {
  readonly sources: ReadonlyMap<string, Source>;
  readonly types: ReadonlyMap<string, SqlType>;
  readonly queries: ReadonlyMap<string, PersistentQuery>;
}

export interface SideFormat {
  readonly name: 'KAFKA' | 'DELIMITED' | 'JSON' | 'JSON_SR' | 'AVRO' | 'PROTOBUF' | 'PROTOBUF_NOSR' | 'NONE';
  readonly properties: Readonly<
    Partial<Record<'delimiter' | 'fullSchemaName' | 'schemaId' | 'unwrapPrimitives' | 'nullableRepresentation', string>>
  >;
  readonly features: readonly ('WRAP_SINGLES' | 'UNWRAP_SINGLES')[];
}

export interface HeaderColumn {
  readonly column: Column;
  /** null: all headers. */
  readonly headerKey: string | null;
}

export interface Source {
  readonly kind: 'STREAM' | 'TABLE';
  readonly name: string;
  readonly topic: string;
  readonly keyColumns: readonly Column[];
  readonly valueColumns: readonly Column[];
  readonly headerColumns: readonly HeaderColumn[];
  readonly keyFormat: SideFormat;
  readonly valueFormat: SideFormat;
  readonly window: WindowInfo | null;
  readonly timestamp: { readonly column: string; readonly format: string | null } | null;
  /** CREATE SOURCE: read-only. */
  readonly readOnly: boolean;
  /** The query that created it (C…AS or CST), or null. */
  readonly createdBy: string | null;
  /** The statement, formatted. */
  readonly statementText: string;
  /** Informational: SOURCED_BY_CONNECTOR. */
  readonly connector: string | null;
}

export interface PersistentQuery {
  readonly id: string;
  readonly kind: 'CREATE_AS' | 'INSERT' | 'CREATE_SOURCE';
  readonly sources: readonly string[];
  readonly sink: string | null;
  readonly statementText: string;
  /** The stored plan (JSON): opaque here; `engine` runs it. */
  readonly plan: unknown;
  readonly paused: boolean;
}

export const EMPTY_CATALOG: Catalog = { sources: new Map(), types: new Map(), queries: new Map() };
