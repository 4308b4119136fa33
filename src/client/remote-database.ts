import type { Entity } from '../api/index.js';
import { RequestError } from '../errors/index.js';
import { HttpClient, type ClientOptions, type ClientRequest } from './http-client.js';
import { readRow, valueJson, type ClientRow, type ClientValue, type TypedColumn } from './read-row.js';
import { readType } from './read-type.js';

/** Rows of a query, in order. Leaving the loop ends the query on the server. */
export interface RemoteRows<R extends ClientRow = ClientRow> extends AsyncIterable<R> {
  readonly queryId: string;
  readonly columns: readonly (TypedColumn & { readonly isKey: boolean })[];
  readonly notices: readonly string[];
  close(): Promise<void>;
}

/** A server as a program uses it: the same calls as on an engine in the process. */
export interface RemoteDatabase {
  execute(sql: string, request?: ClientRequest): Promise<readonly Entity[]>;
  query<R extends ClientRow = ClientRow>(sql: string, request?: ClientRequest): Promise<RemoteRows<R>>;
  /** Appends rows to a stream or table by exact column names. Rejects with the number of the first row that does not fit; those before it are there. */
  insert(source: string, rows: readonly Readonly<Record<string, ClientValue>>[]): Promise<void>;
  close(): Promise<void>;
}

const INSERT_ROWS = 1000;

async function insert(client: HttpClient, source: string, rows: readonly Readonly<Record<string, ClientValue>>[]): Promise<void> {
  const lines = rows.map((row) => `{${Object.entries(row).map(([name, value]) => `${JSON.stringify(name === 'ROWTIME' ? name : `\`${name}\``)}:${valueJson(value)}`).join(',')}}`);
  for (let from = 0; from < lines.length; from += INSERT_ROWS) {
    const { rejected } = await client.importRows({ target: `\`${source}\``, lines: lines.slice(from, from + INSERT_ROWS), position: from, values: 'json', onError: 'stop', token: null });
    const [first] = rejected;
    if (first !== undefined) throw new RequestError('BAD_REQUEST', `Row ${from + first.index + 1}: ${first.message}`, { hint: first.hint ?? undefined });
  }
}

async function query<R extends ClientRow>(client: HttpClient, sql: string, request: ClientRequest): Promise<RemoteRows<R>> {
  const result = await client.query(sql, request);
  const columns = result.columns.map(({ name, type }) => ({ name, type: readType(type), isKey: false }));
  let isOver = false;
  const close = async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    result.close();
    // The server notices by itself that nobody reads; its word makes it at once.
    if (result.queryId !== '') await client.closeQuery(result.queryId).catch(() => false);
  };
  const rows = async function* (): AsyncGenerator<R> {
    try {
      // The caller names the row type of its own SQL; nothing here can check it.
      for await (const json of result.rows) yield readRow(columns, json) as R;
      isOver = true;
    } catch (error) {
      if (!isOver) throw error;
    } finally {
      await close();
    }
  };
  return { queryId: result.queryId, columns, notices: [], close, [Symbol.asyncIterator]: rows };
}

/** Opens a server. Needs `fetch` only, so it works in browsers. Rejects where no server answers. */
export async function connect(options: ClientOptions): Promise<RemoteDatabase> {
  const client = new HttpClient(options);
  await client.info();
  return {
    execute: (sql, request = {}) => client.execute(sql, request),
    query: (sql, request = {}) => query(client, sql, request),
    insert: (source, rows) => insert(client, source, rows),
    close: () => Promise.resolve(),
  };
}
