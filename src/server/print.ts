import { errorBody } from './error-body.js';
import { DELIMITED, JSON_TYPE } from './media-types.js';
import type { SqlRequest } from './read-request.js';
import type { RouteContext } from './routes/context.js';
import type { StreamWriter } from './stream-writer.js';

/** Whether a request is PRINT: decided by its first word, as the two kinds of answers share an endpoint. */
export function isPrint(sql: string): boolean {
  return /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*print\b/i.test(sql);
}

export interface PrintFormats {
  readonly contentType: string;
  /** Whether the lines that name the guessed formats are sent too. */
  readonly named: boolean;
}

/** How PRINT answers: text lines, without formats where the delimited type was asked for. Null (406): it has no other form. */
export function printFormats(path: '/query' | '/query-stream', accept: string | undefined, type: string): PrintFormats | null {
  if (type === DELIMITED) return { contentType: DELIMITED, named: false };
  if (path === '/query' && (accept === undefined || type === JSON_TYPE)) return { contentType: JSON_TYPE, named: true };
  return null;
}

/** Sends the lines of PRINT until its LIMIT or until the client goes. A failure is the last line. */
export async function sendPrint(request: SqlRequest, formats: PrintFormats, { engine, streams }: RouteContext, writer: StreamWriter): Promise<void> {
  const result = await engine.print(request.sql, request.session, { formats: formats.named });
  writer.whenClosed(() => void result.close());
  const forget = streams.add(() => void result.close());
  writer.head(200, { 'content-type': formats.contentType });
  try {
    for await (const line of result.lines) await writer.write(`${line}\n`);
  } catch (error) {
    await writer.write(`${errorBody(error).body.message}\n`);
  } finally {
    forget();
  }
  writer.end();
}
