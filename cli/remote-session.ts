import { HttpClient, ServerAnswerError } from '../src/client/index.js';
import { renderError } from '../src/errors/index.js';
import { parseStatement, type Relation } from '../src/parser/index.js';
import type { Entity } from '../src/api/index.js';
import { loadsOfMetrics, type QueryLoad } from './query-load.js';
import type { Properties, ShownLines, ShownRows, SqlSession } from './sql-session.js';

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

/** How a server is reached. */
export interface ServerAccess {
  readonly url: string;
  /** `user:password`. */
  readonly credentials: string | null;
  readonly token: string | null;
}

const clientOf = ({ url, credentials, token }: ServerAccess): HttpClient => new HttpClient({ url, ...(credentials === null ? {} : { credentials }), ...(token === null ? {} : { token }) });

/** A server over its REST API, or the one that the person has moved to since. */
class RemoteSession implements SqlSession {
  readonly isRemote = true;
  private client: HttpClient;
  /** The newest command of ours that the server has taken. */
  private sequence = -1;

  constructor(private access: ServerAccess) {
    this.client = clientOf(access);
  }

  get where(): string {
    return `server ${this.access.url}`;
  }

  async moveTo(url: string): Promise<void> {
    const access = { ...this.access, url };
    const client = clientOf(access);
    await client.info();
    this.access = access;
    this.client = client;
    this.sequence = -1;
  }

  async execute(sql: string, { properties, variables, isPipelined = false }: Properties): Promise<readonly Entity[]> {
    const entities = await this.client.execute(sql, { properties, variables, ...(isPipelined || this.sequence < 0 ? {} : { commandSequenceNumber: this.sequence }) });
    for (const entity of entities) if (entity['@type'] === 'currentStatus') this.sequence = Math.max(this.sequence, entity.commandSequenceNumber);
    return entities;
  }

  query(sql: string, session: Properties): Promise<ShownRows> {
    return query(this.client, sql, session);
  }

  async print(sql: string): Promise<ShownLines> {
    const result = await this.client.print(sql);
    let cancelled = false;
    return {
      lines: untilEnd(result.lines, () => cancelled),
      cancel: () => {
        cancelled = true;
        return Promise.resolve(result.close());
      },
    };
  }

  async loads(): Promise<readonly QueryLoad[]> {
    return loadsOfMetrics(await this.client.metrics());
  }

  explain(error: unknown, sql: string): string {
    return explain(error, sql);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  connect(): Promise<unknown> {
    return this.client.info();
  }
}

export async function openRemoteSession(access: ServerAccess): Promise<SqlSession> {
  const session = new RemoteSession(access);
  await session.connect();
  return session;
}
