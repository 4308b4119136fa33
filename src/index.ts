import type { Entity } from './api/index.js';
import { fromJs, openLocal, type FunctionDefinition, rowObject, type FunctionEntry, type JsObject, type JsValue, type QueryResult, type ResultColumn } from './engine/index.js';
import { connect } from './client/index.js';
import { BindError, RequestError } from './errors/index.js';
import { VERSION, type Clock, type Logger, type ManualClock } from './env/index.js';

export type { Entity } from './api/index.js';
export { defineAggregate, defineScalar, defineTable } from './engine/index.js';
export type { AggregateDefinition, FunctionDefinition, FunctionEntry, ScalarDefinition, TableDefinition, JsObject, JsValue, ResultColumn } from './engine/index.js';
export type { Clock, Logger, ManualClock } from './env/index.js';
export { manualClock } from './env/index.js';
/** What the built-in functions are made of: for functions over any type, which definitions cannot be. See `examples/clickstream-funnel`. */
export {
  aggregateFunction, aggregateVariant, boundVariant, p, primitive, sameTypeAs, scalar, t, tableFunction, tableVariant, variadic, variant,
} from './functions/index.js';
export { BindError, BrokerError, MillraceError, ParseError, PlanError, RecordError, RequestError, StateError } from './errors/index.js';

/** A server's address, and who asks. */
export interface RemoteOptions {
  /** For example `http://127.0.0.1:8088`. */
  readonly url: string;
  /** `user:password`. */
  readonly credentials?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where and how a database is opened. */
export type OpenOptions = RemoteOptions | LocalOpenOptions;
export type LocalOpenOptions = ({ readonly memory: true } | { readonly folder: string }) & {
  /** Settings by ksqlDB's names, e.g. `{ 'ksql.streams.auto.offset.reset': 'earliest' }`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The wall clock; `manualClock()` makes time stand still until `advanceTime`. */
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** Functions of one's own: `defineScalar`, `defineTable`, `defineAggregate` (docs/user-functions.md). */
  readonly functions?: readonly (FunctionEntry | FunctionDefinition)[];
};

/** Rows of a query, in order. Leaving the loop ends the query. */
export interface Rows<R extends JsObject = JsObject> extends AsyncIterable<R> {
  readonly queryId: string;
  readonly columns: readonly ResultColumn[];
  /** What a person should know, e.g. that older rows are not shown. */
  readonly notices: readonly string[];
  close(): Promise<void>;
}

export interface Database {
  /** Runs statements; throws the error of the first that is refused, and then none has run. */
  execute(sql: string, options?: RequestOptions): Promise<readonly Entity[]>;
  /** Starts one SELECT: a pull query ends by itself, a push query (EMIT CHANGES) at its LIMIT or when the loop is left. */
  query<R extends JsObject = JsObject>(sql: string, options?: RequestOptions): Promise<Rows<R>>;
  /** Appends rows to a stream or table; resolves when they are durable. */
  insert(source: string, rows: readonly Readonly<Record<string, JsValue>>[]): Promise<void>;
  /** Resolves when every running query has processed and committed all its input. Of a database in this process. */
  whenIdle(): Promise<void>;
  /** Moves a manual clock. */
  advanceTime(ms: number): Promise<void>;
  close(): Promise<void>;
}
export interface RequestOptions {
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  readonly variables?: Readonly<Record<string, string>>;
}

async function* objects<R extends JsObject>(result: QueryResult): AsyncGenerator<R> {
  try {
    for await (const chunk of result.rows) {
      // The caller names the row type of its own SQL; nothing here can check it.
      for (const row of chunk) if (!row.tombstone) yield rowObject(result.columns, row.values) as R;
    }
  } finally {
    await result.close();
  }
}

function isManual(clock: Clock | undefined): clock is ManualClock {
  return clock !== undefined && 'advance' in clock;
}

function onlyHere(what: string): Promise<never> {
  return Promise.reject(new RequestError('BAD_REQUEST', `${what} works on a database in this process, not on a server`, { hint: 'Open it with memory or folder.' }));
}

async function openRemote(options: RemoteOptions): Promise<Database> {
  const remote = await connect(options);
  return { ...remote, whenIdle: () => onlyHere('whenIdle'), advanceTime: () => onlyHere('advanceTime') };
}

/** Opens a database: in memory, durable in a folder that no other process has open, or of a server. */
export async function open(options: OpenOptions): Promise<Database> {
  return 'url' in options ? openRemote(options) : openHere(options);
}

async function openHere(options: LocalOpenOptions): Promise<Database> {
  const { engine } = await openLocal({
    storage: 'memory' in options ? { memory: true } : { folder: options.folder },
    version: VERSION,
    properties: options.properties ?? {},
    env: { ...(options.clock === undefined ? {} : { clock: options.clock }), ...(options.logger === undefined ? {} : { logger: options.logger }) },
    ...(options.functions === undefined ? {} : { functions: options.functions }),
  });
  return {
    execute: (sql, request = {}) => engine.execute(sql, request),
    query: async <R extends JsObject>(sql: string, request: RequestOptions = {}): Promise<Rows<R>> => {
      const result = await engine.query(sql, request);
      const { queryId, columns, notices } = result;
      return { queryId, columns, notices, close: () => result.close(), [Symbol.asyncIterator]: () => objects<R>(result) };
    },
    insert: async (source, rows) => {
      const found = engine.catalog().sources.get(source);
      if (found === undefined) throw new BindError(`Cannot insert values into an unknown stream/table: ${source}`, { hint: 'SHOW STREAMS and SHOW TABLES list them; names are case-sensitive here.' });
      const types = new Map([...found.keyColumns, ...found.valueColumns].map((column) => [column.name, column.type]));
      const typed = rows.map((row) => new Map(Object.entries(row).map(([name, value]) => {
        const type = name === 'ROWTIME' ? ({ kind: 'BIGINT' } as const) : types.get(name);
        if (type === undefined) throw new BindError(`Column name ${name} does not exist.`, { hint: 'DESCRIBE shows the columns; names are case-sensitive here.' });
        return [name, fromJs(type, value)] as const;
      })));
      await engine.insert(source, typed);
    },
    whenIdle: () => engine.whenIdle(),
    advanceTime: async (ms) => {
      if (!isManual(options.clock)) throw new RequestError('BAD_REQUEST', 'Time moves by itself here', { hint: 'Open the database with clock: manualClock().' });
      await options.clock.advance(ms);
    },
    close: () => engine.close(),
  };
}
