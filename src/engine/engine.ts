import type { Entity, ExportRequest, ImportOutcome, ImportRequest, PropertyValues } from '../api/index.js';
import type { Catalog } from '../catalog/index.js';
import type { PlannedInsertValues } from '../planner/index.js';
import type { GroupMeasures, QueryStatus } from '../runtime/index.js';
import type { SqlType, SqlValue } from '../types/index.js';
import type { AccessGuard } from './access.js';
import type { ExportResult } from './bulk/export-rows.js';

/**
 * The life of a statement, for servers, the REPL and embedding programs alike. Everything else of the product is behind this.
 * Methods reject with the classes of `errors/`; a rejected request has changed nothing.
 */
export interface Engine {
  /** Runs one or more statements (no SELECT, no PRINT): parsed and checked as a whole, then logged as one command. */
  execute(sql: string, session?: Session): Promise<readonly Entity[]>;
  /** Starts one SELECT (push or pull). */
  query(sql: string, session?: Session): Promise<QueryResult>;
  /** PRINT: records of a topic with guessed formats, as text lines. */
  print(sql: string, session?: Session, options?: PrintOptions): Promise<TextResult>;
  /** Appends rows to a stream or table, as INSERT VALUES does: column name → value; resolves when durable. */
  insert(source: string, rows: readonly ReadonlyMap<string, SqlValue>[]): Promise<void>;
  /** Rows as JSON texts into one stream or table. Throws for a target that takes none. */
  openInserts(target: string, guard?: AccessGuard | null): InsertTarget;
  /** Rows of a file into a stream, table or topic: rows that do not fit are told one by one. */
  importRows(request: ImportRequest, guard?: AccessGuard | null): Promise<ImportOutcome>;
  /** How many rows of the import with this name are durable; 0: it is new. */
  importPosition(target: string, token: string, guard?: AccessGuard | null): Promise<number>;
  /** The records of a stream, table or topic as rows. */
  exportRows(request: ExportRequest, guard?: AccessGuard | null): Promise<ExportResult>;
  /** The catalog as of now. */
  catalog(): Catalog;
  /** Ends a push query of this server. false: there is none of that id. Throws RequestError for one that belongs to somebody else. */
  closeQuery(queryId: string, guard?: AccessGuard | null): Promise<boolean>;
  /** What the running persistent queries have done. */
  queryStatuses(): Promise<readonly QueryStatus[]>;
  /** What they and the push queries hold now. Looks into the stores. */
  measure(): Promise<GroupMeasures>;
  /** Pull queries that wait for their turn. */
  pullQueueDepth(): number;
  /** Ends the whole service: queries, their topics, the command log; sink topics where their names match. Nothing is accepted afterwards. */
  terminate(deleteTopics: readonly string[]): Promise<Entity>;
  /** Null: there is no such command that the caller may hear of. */
  commandStatus(commandId: string, guard?: AccessGuard | null): CommandStatus | null;
  commandStatuses(guard?: AccessGuard | null): ReadonlyMap<string, string>;
  info(): EngineInfo;
  health(): Health;
  /** Resolves when the command log has been applied and all running queries have caught up and committed. */
  whenIdle(): Promise<void>;
  close(): Promise<void>;
}

/** What a request carries besides its text. `variables` and `properties` are changed by DEFINE and SET inside the request only. */
export interface Session {
  readonly properties?: PropertyValues;
  readonly variables?: Readonly<Record<string, string>>;
  readonly commandSequenceNumber?: number;
  readonly requestProperties?: PropertyValues;
  /** Whose request it is. Absent: nobody's who has to be asked, such as an embedding program's. */
  readonly guard?: AccessGuard | null;
  /** What the request proved that with (the header `authorization`): passed on to servers that answer a part of it. */
  readonly credentials?: string | null;
  /** Another server asks: a pull query is answered for these tasks of this query, here, or refused. */
  readonly share?: { readonly queryId: string; readonly partitions: readonly number[] };
}

export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly isKey: boolean;
}

/** Rows come in chunks; a chunk is pulled only when the reader asks, so a slow reader holds back its own query alone. */
export interface QueryResult {
  readonly kind: 'push' | 'pull' | 'streamPull';
  readonly queryId: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: AsyncIterable<readonly ResultRow[]>;
  /** Said once to a person: such as rows that exist before the point where the query starts. */
  readonly notices: readonly string[];
  /** How to go on after the rows taken so far: the request property of the next such query. Null: not known now, or not asked for. */
  continuationToken(): string | null;
  /** What the rows of a pull query knew, after their end; a later one that gets it back knows at least that. Null: not asked for. */
  consistencyToken(): string | null;
  /** Bytes of the answer that went to the client, for the limit of an hour. */
  sent(bytes: number): void;
  /** Why `rows` ended: known after the end. */
  outcome(): 'limit' | 'completed' | 'terminated' | null;
  close(): Promise<void>;
}
export interface ResultRow {
  readonly values: readonly SqlValue[];
  /** A table row that was deleted: key columns filled where projected, the rest null. */
  readonly tombstone: boolean;
}
export interface PrintOptions {
  /** Say the guessed formats in lines of their own. Default true. */
  readonly formats?: boolean;
}
export interface InsertTarget<R = PlannedInsertValues> {
  /** One row as a JSON object. Throws RequestError. */
  read(line: string): R;
  /** Appends rows in order; resolves when they are durable. */
  insert(rows: readonly R[]): Promise<void>;
}
/** Lines are empty where nothing came for a while. */
export interface TextResult {
  readonly lines: AsyncIterable<string>;
  close(): Promise<void>;
}
export interface CommandStatus {
  readonly status: string;
  readonly message: string;
  readonly queryId: string | null;
}
export interface EngineInfo {
  readonly version: string;
  readonly clusterId: string;
  readonly serviceId: string;
  readonly state: 'RUNNING' | 'DEGRADED' | 'ERROR';
}
export interface Health {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly metastore: boolean;
  readonly broker: boolean;
  readonly commandRunner: boolean;
}
