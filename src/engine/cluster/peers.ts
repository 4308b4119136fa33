import { deserialize, serialize } from 'node:v8';
import type { PropertyValues } from '../../api/index.js';
import { ERROR_CODES, RequestError, type ErrorCode } from '../../errors/index.js';
import type { OutputRow } from '../../runtime/index.js';
import type { SqlValue } from '../../types/index.js';

/** A pull query that another server answers for the tasks it has. */
export interface PeerPull {
  readonly sql: string;
  readonly properties: PropertyValues;
  readonly variables: Readonly<Record<string, string>>;
  /** The query that keeps the table, and which of its tasks are asked. */
  readonly queryId: string;
  readonly partitions: readonly number[];
}

/** The other servers of the service. */
export interface Peers {
  /** Rows of one server, whole; rejects with RequestError: a peer that cannot answer makes no short answer. `credentials`: the caller's. */
  pull(host: string, request: PeerPull, credentials: string | null, signal: AbortSignal): AsyncIterable<readonly OutputRow[]>;
}

const PATH = '/cluster/pull';
const LAST_LINE = 'end';
/** One chunk of rows; a peer that sends more is none. */
const LINE_LIMIT = 256 * 1024 * 1024;

/** Rows on their way between servers: a line each chunk, with every value as it is. */
export function peerLine(rows: readonly { readonly values: readonly SqlValue[] }[]): string {
  return `${serialize(rows.map(({ values }) => values)).toString('base64')}\n`;
}
export const PEER_END = `${LAST_LINE}\n`;

export const httpPeers: Peers = {
  async *pull(host, request, credentials, signal) {
    const response = await ask(host, request, credentials, signal);
    let isWhole = false;
    for await (const line of linesOf(response, host, signal)) {
      if (line === LAST_LINE) isWhole = true;
      else yield rowsOf(line);
    }
    if (!isWhole) throw unavailable(host, 'its answer broke off');
  },
};

async function ask(host: string, request: PeerPull, credentials: string | null, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(new URL(PATH, host), {
      method: 'POST', signal, redirect: 'error',
      headers: { 'content-type': 'application/json', ...(credentials === null ? {} : { authorization: credentials }) },
      body: JSON.stringify(request),
    });
  } catch (error) {
    throw unavailable(host, signal.aborted ? 'it did not answer in time' : error instanceof Error ? error.message : String(error));
  }
  if (response.ok) return response;
  throw refusal(host, response.status, await response.text().catch(() => ''));
}

/** What the peer said where it is about the request; what is about the peer itself may be over in a moment. */
function refusal(host: string, status: number, text: string): RequestError {
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not one of ours: its status is all there is.
  }
  const field = (name: string): string | null => {
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
    return typeof value === 'string' ? value : null;
  };
  const code = field('code');
  if (code !== null && isErrorCode(code) && status < 500) return new RequestError(code, field('message') ?? `The server ${host} refused the query`);
  return unavailable(host, field('message') ?? `it answered ${status}`);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

function unavailable(host: string, why: string): RequestError {
  return new RequestError('NOT_READY', `The server ${host} has rows of this table and cannot be asked: ${why}`, { hint: 'Try again in a moment.' });
}

async function* linesOf(response: Response, host: string, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    const pieces: AsyncIterable<Uint8Array> | null = response.body;
    for await (const piece of pieces ?? []) {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_LIMIT) throw unavailable(host, 'its answer cannot be read');
      yield* lines;
    }
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw unavailable(host, signal.aborted ? 'it did not answer in time' : 'its answer broke off');
  }
}

function rowsOf(line: string): OutputRow[] {
  const rows: unknown = deserialize(Buffer.from(line, 'base64'));
  if (!Array.isArray(rows)) return [];
  return rows.map((values: SqlValue[]) => ({ values, tombstone: false }));
}
