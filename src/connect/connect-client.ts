import { RequestError } from '../errors/index.js';

/** A Connect cluster over its REST API. Rejects with RequestError: a clear word where none can be reached. */
export interface ConnectClient {
  list(): Promise<readonly string[]>;
  plugins(): Promise<readonly ConnectorPlugin[]>;
  status(name: string): Promise<ConnectorStatus | null>;
  config(name: string): Promise<ReadonlyMap<string, string> | null>;
  topics(name: string): Promise<readonly string[]>;
  create(name: string, config: ReadonlyMap<string, string>): Promise<ConnectorInfo>;
  /** False: there was none of that name. */
  remove(name: string): Promise<boolean>;
}
export interface ConnectorPlugin {
  readonly className: string;
  readonly type: string;
  readonly version: string;
}
export interface ConnectorTaskState {
  readonly state: string;
  readonly workerId: string;
  readonly trace: string | null;
}
export interface ConnectorStatus {
  readonly name: string;
  readonly type: string;
  readonly connector: ConnectorTaskState;
  readonly tasks: readonly (ConnectorTaskState & { readonly id: number })[];
}
export interface ConnectorInfo {
  readonly name: string;
  readonly type: string;
  readonly config: ReadonlyMap<string, string>;
  readonly tasks: readonly { readonly connector: string; readonly task: number }[];
}

export interface ConnectOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** `user:password`, or null. */
  readonly credentials: string | null;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
const at = (value: Json | undefined, name: string): Json | undefined => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
const list = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);
const strings = (value: Json | undefined): ReadonlyMap<string, string> => new Map(isObject(value) ? Object.entries(value).map(([name, item]) => [name, text(item)]) : []);

function taskState(value: Json | undefined): ConnectorTaskState {
  const trace = at(value, 'trace');
  return { state: text(at(value, 'state')), workerId: text(at(value, 'worker_id')), trace: typeof trace === 'string' ? trace : null };
}

async function call(options: ConnectOptions, method: string, path: string, body?: string): Promise<{ readonly status: number; readonly body: Json }> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.credentials !== null) headers['authorization'] = `Basic ${Buffer.from(options.credentials).toString('base64')}`;
  let response: Response;
  try {
    response = await fetch(new URL(path, options.url), {
      method, headers, redirect: 'error', signal: AbortSignal.timeout(options.timeoutMs), ...(body === undefined ? {} : { body }),
    });
  } catch (cause) {
    throw new RequestError('SERVER', `No Connect cluster answers at ${options.url}`, {
      cause,
      hint: 'Set ksql.connect.url to the address of a running Connect cluster. Without one, `millrace import` and `millrace export` move records.',
    });
  }
  const answer = await response.text();
  // Whatever comes from outside is looked at through `at`, `text` and `list` only.
  const parsed = answer === '' ? null : (JSON.parse(answer) as Json);
  if (response.status >= 400 && response.status !== 404) {
    throw new RequestError('SERVER', `The Connect cluster refused: ${text(at(parsed, 'message')) || response.statusText}`);
  }
  return { status: response.status, body: parsed };
}

/** Opens a client; nothing is sent before the first call. */
export function createConnectClient(options: ConnectOptions): ConnectClient {
  const connector = (name: string, rest = ''): string => `/connectors/${encodeURIComponent(name)}${rest}`;
  return {
    list: async () => list((await call(options, 'GET', '/connectors')).body).map(text),
    plugins: async () =>
      list((await call(options, 'GET', '/connector-plugins')).body).map((each) => ({
        className: text(at(each, 'class')), type: text(at(each, 'type')), version: text(at(each, 'version')),
      })),
    status: async (name) => {
      const { status, body } = await call(options, 'GET', connector(name, '/status'));
      if (status === 404) return null;
      const tasks = list(at(body, 'tasks')).map((each) => ({ ...taskState(each), id: Number(at(each, 'id') ?? 0) }));
      return { name: text(at(body, 'name')), type: text(at(body, 'type')), connector: taskState(at(body, 'connector')), tasks };
    },
    config: async (name) => {
      const { status, body } = await call(options, 'GET', connector(name, '/config'));
      return status === 404 ? null : strings(body);
    },
    topics: async (name) => {
      const { body } = await call(options, 'GET', connector(name, '/topics'));
      return list(at(at(body, name), 'topics')).map(text);
    },
    create: async (name, config) => {
      const { body } = await call(options, 'POST', '/connectors', JSON.stringify({ name, config: Object.fromEntries(config) }));
      const tasks = list(at(body, 'tasks')).map((each) => ({ connector: text(at(each, 'connector')), task: Number(at(each, 'task') ?? 0) }));
      return { name: text(at(body, 'name')), type: text(at(body, 'type')), config: strings(at(body, 'config')), tasks };
    },
    remove: async (name) => (await call(options, 'DELETE', connector(name))).status !== 404,
  };
}
