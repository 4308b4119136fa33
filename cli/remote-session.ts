import { HttpClient, ServerAnswerError } from '../src/client/index.js';
import { renderError } from '../src/errors/index.js';
import { parseStatement, type Relation } from '../src/parser/index.js';
import type { Properties, ShownRows, SqlSession } from './sql-session.js';

/** How long the server has to end a query by itself before the connection is cut. */
const END_MS = 2000;

const sourceNames = (relation: Relation): readonly string[] => (relation.kind === 'source' ? [relation.name] : [...sourceNames(relation.left), relation.right.name]);

/** Rows until the end of the answer; a connection that was cut on purpose is an end too. */
async function* untilEnd<T>(parts: AsyncIterable<T>, wasCancelled: () => boolean): AsyncGenerator<T> {
  try {
    yield* parts;
  } catch (error) {
    if (!wasCancelled()) throw error;
  }
}

/** A push query over streams starts with new rows unless told otherwise; an empty screen would look like a fault. */
async function startNotices(sql: string, session: Properties, client: HttpClient): Promise<readonly string[]> {
  if (Object.keys(session.properties).some((name) => name.endsWith('auto.offset.reset'))) return [];
  const statement = parseStatement(sql);
  if (statement.kind !== 'query' || statement.emit === null) return [];
  const names = sourceNames(statement.from);
  const streams = (await client.execute('SHOW STREAMS;')).flatMap((entity) => (entity['@type'] === 'streams' ? entity.streams.map((each) => each.name) : []));
  const read = names.filter((name) => streams.includes(name));
  return read.length === 0 ? [] : [`The query starts with new rows of ${read.join(', ')}. SET 'auto.offset.reset'='earliest'; shows older ones too.`];
}

async function query(client: HttpClient, sql: string, session: Properties): Promise<ShownRows> {
  const result = await client.query(sql, session);
  let cancelled = false;
  return {
    columns: result.columns,
    rows: untilEnd(result.rows, () => cancelled),
    notices: await startNotices(sql, session, client),
    cancel: async () => {
      cancelled = true;
      // The server's word first: once it has answered, the query is gone. The connection is cut where it does not answer.
      const overdue = setTimeout(() => result.close(), END_MS);
      overdue.unref();
      if (!(await client.closeQuery(result.queryId).catch(() => false))) result.close();
    },
  };
}

function explain(error: unknown, sql: string): string {
  if (!(error instanceof ServerAnswerError)) return error instanceof Error ? renderError(error, sql) : String(error);
  const { position, code, message, hint } = error.body;
  const gutter = position === undefined ? '' : String(position.line);
  const line = position === undefined ? undefined : sql.split('\n')[position.line - 1];
  const place = position === undefined || line === undefined ? '' : `\n${' '.repeat(gutter.length)} |\n${gutter} | ${line}\n${' '.repeat(gutter.length)} | ${' '.repeat(Math.max(0, position.column - 1))}^`;
  return `error[${code ?? error.body.error_code}]: ${message}${place}${hint === undefined ? '' : `\nhint: ${hint}`}`;
}

/** A server over its REST API. */
export async function openRemoteSession(url: string, credentials: string | null): Promise<SqlSession> {
  const client = new HttpClient({ url, ...(credentials === null ? {} : { credentials }) });
  await client.info();
  return {
    where: `server ${url}`,
    isRemote: true,
    execute: (sql, session) => client.execute(sql, session),
    query: (sql, session) => query(client, sql, session),
    print: async (sql) => {
      const result = await client.print(sql);
      let cancelled = false;
      return {
        lines: untilEnd(result.lines, () => cancelled),
        cancel: () => {
          cancelled = true;
          return Promise.resolve(result.close());
        },
      };
    },
    explain,
    close: () => Promise.resolve(),
  };
}
