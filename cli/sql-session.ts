import type { Entity } from '../src/api/index.js';
import { openLocal, type Engine, type QueryResult } from '../src/engine/index.js';
import { VERSION, type Logger } from '../src/env/index.js';
import { renderError, RequestError } from '../src/errors/index.js';
import { rowWriter } from '../src/server/index.js';
import { formatType } from '../src/types/index.js';
import type { ShownColumn } from './format/row-printer.js';
import { loadOf, type QueryLoad } from './query-load.js';

/** Rows as the prompt shows them: each the JSON text of an array. */
export interface ShownRows {
  readonly columns: readonly ShownColumn[];
  readonly rows: AsyncIterable<string>;
  readonly notices: readonly string[];
  cancel(): Promise<void>;
}
export interface ShownLines {
  readonly lines: AsyncIterable<string>;
  cancel(): Promise<void>;
}

/** The prompt's way to an engine: in this process or behind a server; the prompt works the same. */
export interface SqlSession {
  /** Told to people at the start. */
  readonly where: string;
  /** Behind a connection that may be lost. */
  readonly isRemote: boolean;
  execute(sql: string, properties: Properties): Promise<readonly Entity[]>;
  query(sql: string, properties: Properties): Promise<ShownRows>;
  print(sql: string): Promise<ShownLines>;
  /** What the running queries have done. */
  loads(): Promise<readonly QueryLoad[]>;
  /** Goes on with another server. */
  moveTo(url: string): Promise<void>;
  /** The error as text; with the place in the SQL where one is known. */
  explain(error: unknown, sql: string): string;
  close(): Promise<void>;
}
export interface Properties {
  readonly properties: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** Statements do not wait for the commands before them. */
  readonly isPipelined?: boolean;
}

async function* jsonRows(result: QueryResult): AsyncGenerator<string> {
  const write = rowWriter(result.columns.map((column) => column.type));
  for await (const chunk of result.rows) for (const row of chunk) yield write(row.values);
}

function localSession(engine: Engine, where: string): SqlSession {
  return {
    where,
    isRemote: false,
    execute: (sql, { properties, variables }) => engine.execute(sql, { properties, variables }),
    loads: async () => (await engine.queryStatuses()).map(loadOf),
    moveTo: () => Promise.reject(new RequestError('BAD_REQUEST', 'This prompt runs an engine of its own', { hint: 'Leave it and start `millrace sql URL`.' })),
    query: async (sql, session) => {
      const { properties, variables } = session;
      const result = await engine.query(sql, { properties, variables });
      return {
        columns: result.columns.map((column) => ({ name: column.name, type: formatType(column.type) })),
        rows: jsonRows(result),
        notices: result.notices,
        cancel: () => result.close(),
      };
    },
    print: async (sql) => {
      const result = await engine.print(sql);
      return { lines: result.lines, cancel: () => result.close() };
    },
    explain: (error, sql) => (error instanceof Error ? renderError(error, sql) : String(error)),
    close: () => engine.close(),
  };
}

/** An engine in this process, its data in a folder. */
export async function openLocalSession(folder: string, properties: Readonly<Record<string, string>>, logger: Logger): Promise<SqlSession> {
  const { engine } = await openLocal({ storage: { folder }, usesExtensionFolder: true, properties, version: VERSION, env: { logger } });
  return localSession(engine, `data in ${folder}`);
}
