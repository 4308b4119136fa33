import type { Entity, ErrorBody, ExportRequest, ImportOutcome, ImportRequest, PropertyValues } from '../api/index.js';
import { BrokerError, MillraceError, RequestError } from '../errors/index.js';

export interface ClientOptions {
  /** For example `http://127.0.0.1:8088`. */
  readonly url: string;
  /** `user:password`. */
  readonly credentials?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A bearer token instead. */
  readonly token?: string;
  /** How requests are sent. Default: `fetch`. */
  readonly send?: Send;
}

/** As much of `fetch` as a client needs. */
export type Send = (url: URL, request: SendRequest) => Promise<Response>;
export interface SendRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}
export interface ClientRequest {
  readonly properties?: PropertyValues;
  readonly variables?: Readonly<Record<string, string>>;
  /** The request waits until the server has applied this command. */
  readonly commandSequenceNumber?: number;
}
export interface ClientColumn {
  readonly name: string;
  readonly type: string;
}
export interface ClientRows {
  readonly queryId: string;
  readonly columns: readonly ClientColumn[];
  /** JSON text of each row: an array of its values. */
  readonly rows: AsyncIterable<string>;
  close(): void;
}

/** Records of an export, with how many were left out: known at the end. */
export interface ClientExport {
  readonly columns: readonly ClientColumn[];
  readonly rows: AsyncIterable<string>;
  skipped(): number;
  close(): void;
}

/** An error that the server answered with. */
export class ServerAnswerError extends RequestError {
  constructor(readonly body: ErrorBody) {
    super('BAD_REQUEST', body.message, { hint: body.hint });
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === 'object' && value !== null && '@type' in value && 'message' in value && typeof value.message === 'string' && 'error_code' in value;
}

/** `fetch` ends an answer that is silent for minutes; a query may be. */
const KEEP_ALIVE = { 'millrace.keep.alive.ms': 60_000 };

async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  // Not every browser iterates over streams by itself.
  const reader = body.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const parts = (rest + decoder.decode(piece.value, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') yield part;
    }
    if (rest.trim() !== '') yield rest;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A server over its REST API. Works in browsers: it needs `fetch` only. */
export class HttpClient {
  constructor(private readonly options: ClientOptions) {}

  /** Statements; throws `ServerAnswerError` with the server's body. */
  async execute(sql: string, request: ClientRequest = {}): Promise<readonly Entity[]> {
    const response = await this.post('/ksql', { ksql: sql, streamsProperties: request.properties ?? {}, sessionVariables: request.variables ?? {}, ...(request.commandSequenceNumber === undefined ? {} : { commandSequenceNumber: request.commandSequenceNumber }) }, 'application/json');
    // The server answers with entities where it does not answer with an error.
    return (await response.json()) as readonly Entity[];
  }

  /** One SELECT: the header comes first, then rows as they are produced. */
  async query(sql: string, request: ClientRequest = {}): Promise<ClientRows> {
    const abort = new AbortController();
    const body = { sql, properties: request.properties ?? {}, sessionVariables: request.variables ?? {}, requestProperties: KEEP_ALIVE };
    const response = await this.post('/query-stream', body, 'application/vnd.ksqlapi.delimited.v1', abort.signal);
    if (response.body === null) throw new BrokerError('The server sent no answer', { retriable: true });
    const lines = textLines(response.body);
    const { queryId, columns } = await readHeader(lines);
    return { queryId, columns, rows: rowsOf(lines), close: () => abort.abort() };
  }

  /** Rows of a file into a stream, table or topic. */
  async importRows({ lines, target, position, values, onError, token }: ImportRequest): Promise<ImportOutcome> {
    const parameters = new URLSearchParams({ target, values, onError, position: String(position), ...(token === null ? {} : { token }) });
    const response = await this.request('POST', `/import?${parameters.toString()}`, lines.join('\n'), 'application/json');
    // The server answers so where it does not answer with an error.
    return (await response.json()) as ImportOutcome;
  }

  /** How many rows of the import with this name are durable. */
  async importPosition(target: string, token: string): Promise<number> {
    const answer: unknown = await (await this.request('GET', `/import?${new URLSearchParams({ target, token }).toString()}`, null, 'application/json')).json();
    return typeof answer === 'object' && answer !== null && 'position' in answer ? Number(answer.position) : 0;
  }

  /** The records of a stream, table or topic. */
  async exportRows(request: ExportRequest): Promise<ClientExport> {
    const abort = new AbortController();
    const response = await this.post('/export', request, 'application/vnd.ksqlapi.delimited.v1', abort.signal);
    if (response.body === null) throw new BrokerError('The server sent no answer', { retriable: true });
    const lines = textLines(response.body);
    const { columns } = await readHeader(lines);
    let skipped = 0;
    const rows = rowsOf(lines, (answer) => {
      if ('skipped' in answer) skipped = Number(answer.skipped);
    });
    return { columns, rows: untilAborted(rows, abort.signal), skipped: () => skipped, close: () => abort.abort() };
  }

  /** PRINT: text lines. */
  async print(sql: string): Promise<{ readonly lines: AsyncIterable<string>; close(): void }> {
    const abort = new AbortController();
    // The type that brings the lines with the guessed formats, too.
    const response = await this.post('/query', { ksql: sql, streamsProperties: {} }, 'application/json', abort.signal);
    if (response.body === null) throw new BrokerError('The server sent no answer', { retriable: true });
    return { lines: textLines(response.body), close: () => abort.abort() };
  }

  /** The bytes of a backup of the server's data folder. */
  async backup(): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.request('GET', '/backup', null, 'application/octet-stream');
    if (response.body === null) throw new BrokerError('The server sent no answer', { retriable: true });
    return response.body;
  }

  /** Ends a push query. false: the server knows none of that id. */
  async closeQuery(queryId: string): Promise<boolean> {
    try {
      await this.post('/close-query', { queryId }, 'application/json');
      return true;
    } catch (error) {
      if (error instanceof ServerAnswerError) return false;
      throw error;
    }
  }

  async info(): Promise<unknown> {
    return (await this.request('GET', '/info', null, 'application/json')).json();
  }

  /** The metrics page, in Prometheus' text form. */
  async metrics(): Promise<string> {
    return (await this.request('GET', '/metrics', null, 'text/plain')).text();
  }

  private post(path: string, body: unknown, accept: string, signal?: AbortSignal): Promise<Response> {
    return this.request('POST', path, JSON.stringify(body), accept, signal);
  }

  private async request(method: string, path: string, body: string | null, accept: string, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { ...this.options.headers, accept };
    if (body !== null) headers['content-type'] = 'application/json';
    if (this.options.token !== undefined) headers['authorization'] = `Bearer ${this.options.token}`;
    else if (this.options.credentials !== undefined) headers['authorization'] = `Basic ${btoa(this.options.credentials)}`;
    let response: Response;
    try {
      response = await (this.options.send ?? fetch)(new URL(path, this.options.url), { method, headers, ...(body === null ? {} : { body }), ...(signal === undefined ? {} : { signal }) });
    } catch (cause) {
      if (cause instanceof MillraceError) throw cause;
      const distrust = distrustOf(cause);
      if (distrust !== null) throw new BrokerError(`The certificate of ${this.options.url} is not accepted: ${distrust}`, { cause, retriable: false, hint: 'Name the authority that signed it, and call the server by the name in it.' });
      throw new BrokerError(`No server answers at ${this.options.url}`, { cause, retriable: true, hint: 'Start one with `millrace server`.' });
    }
    if (response.ok) return response;
    const text = await response.text();
    let answer: unknown = null;
    try {
      answer = JSON.parse(text);
    } catch {
      answer = null;
    }
    if (isErrorBody(answer)) throw new ServerAnswerError(answer);
    throw new BrokerError(`The server answered ${response.status}`, { retriable: response.status >= 500 });
  }
}

/** Why a certificate was refused; null: that was not it. `fetch` tells the reason behind its own error. */
function distrustOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && /CERT|ALTNAME|SELF_SIGNED|INVALID_PURPOSE|UNABLE_TO_(?:GET_ISSUER|VERIFY)/.test(String(error.code))) return error.message;
  return distrustOf(error.cause);
}

/** An answer that its reader has cut ends there. */
async function* untilAborted(rows: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* rows;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function readHeader(lines: AsyncGenerator<string>): Promise<{ readonly queryId: string; readonly columns: readonly ClientColumn[] }> {
  const first = await lines.next();
  const header: unknown = first.done === true ? null : JSON.parse(first.value);
  if (typeof header !== 'object' || header === null || !('columnNames' in header) || !('columnTypes' in header)) {
    throw new BrokerError('The server sent rows without a header', { retriable: false });
  }
  const { columnNames, columnTypes } = header;
  const names: readonly unknown[] = Array.isArray(columnNames) ? columnNames : [];
  const types: readonly unknown[] = Array.isArray(columnTypes) ? columnTypes : [];
  return { queryId: 'queryId' in header ? String(header.queryId) : '', columns: names.map((name, index) => ({ name: String(name), type: String(types[index]) })) };
}

async function* rowsOf(lines: AsyncIterable<string>, onAnswer: (answer: object) => void = () => undefined): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.startsWith('[')) {
      yield line;
      continue;
    }
    const answer: unknown = JSON.parse(line);
    if (isErrorBody(answer)) throw new ServerAnswerError(answer);
    if (typeof answer === 'object' && answer !== null) onAnswer(answer);
  }
}
