import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExportBound, ExportRequest, ImportRequest } from '../../api/index.js';
import type { ExportResult } from '../../engine/index.js';
import { RequestError } from '../../errors/index.js';
import { formatType } from '../../types/index.js';
import { sendFailure, sendJson } from '../answer.js';
import { errorBody } from '../error-body.js';
import { DELIMITED, JSON_TYPE } from '../media-types.js';
import { field, integerField, isJsonObject, parseBody, stringField, type Json } from '../read-body.js';
import { readText } from '../read-text.js';
import { StreamWriter } from '../stream-writer.js';
import { rowWriter } from '../value-json.js';
import type { RouteContext } from './context.js';

function required(value: string | null | undefined, name: string): string {
  if (value === undefined || value === null || value === '') throw new RequestError('BAD_REQUEST', `${name} is missing`);
  return value;
}

function choice<T extends string>(value: string | null | undefined, name: string, choices: readonly [T, ...T[]]): T {
  const found = value === undefined || value === null ? choices[0] : choices.find((each) => each === value);
  if (found === undefined) throw new RequestError('BAD_REQUEST', `${name} must be one of ${choices.join(', ')}`);
  return found;
}

function parametersOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.raw.url ?? '/', 'http://localhost').searchParams;
}

async function importRequest(http: FastifyRequest): Promise<ImportRequest> {
  const parameters = parametersOf(http);
  const position = Number(parameters.get('position') ?? 0);
  if (!Number.isSafeInteger(position) || position < 0) throw new RequestError('BAD_REQUEST', 'position must be a count of rows');
  return {
    target: required(parameters.get('target'), 'target'),
    lines: (await readText(http.raw, http.maxBodyBytes)).split('\n').filter((line) => line.trim() !== ''),
    position,
    values: choice(parameters.get('values'), 'values', ['json', 'text']),
    onError: choice(parameters.get('onError'), 'onError', ['stop', 'skip']),
    token: parameters.get('token'),
  };
}

function bound(value: unknown, name: string): ExportBound | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'earliest' || value === 'latest') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new RequestError('BAD_REQUEST', `${name} must be earliest, latest or epoch milliseconds`);
}

function start(value: Json | undefined): ExportRequest['from'] {
  if (!isJsonObject(value)) return bound(value, 'from') ?? 'earliest';
  const items = field(value, 'offsets');
  const offsets = Array.isArray(items) ? items.filter((each): each is number => typeof each === 'number' && Number.isSafeInteger(each) && each >= 0) : [];
  if (!Array.isArray(items) || offsets.length !== items.length) throw new RequestError('BAD_REQUEST', 'from.offsets must be a list of offsets, one a partition');
  return { offsets };
}

async function exportRequest(http: FastifyRequest): Promise<ExportRequest> {
  const body = parseBody(await readText(http.raw, http.maxBodyBytes));
  const to = bound(field(body, 'to'), 'to') ?? 'latest';
  return {
    target: required(stringField(body, 'target'), 'target'),
    from: start(field(body, 'from')),
    to: to === 'earliest' ? 0 : to,
    follow: field(body, 'follow') === true,
    limit: integerField(body, 'limit') ?? null,
    onError: choice(stringField(body, 'onError'), 'onError', ['stop', 'skip']),
  };
}

/** A header line, an array a row, and at the end how many records were left out. */
async function sendExport(result: ExportResult, writer: StreamWriter): Promise<void> {
  const write = rowWriter(result.columns.map((column) => column.type));
  writer.head(200, { 'content-type': DELIMITED });
  writer.whenClosed(() => void result.close());
  await writer.write(`${JSON.stringify({ columnNames: result.columns.map((column) => column.name), columnTypes: result.columns.map((column) => formatType(column.type)) })}\n`);
  try {
    for await (const rows of result.rows) await writer.write(rows.map((row) => `${write(row)}\n`).join(''));
    writer.end(`${JSON.stringify({ skipped: result.skipped() })}\n`);
  } catch (error) {
    writer.end(`${JSON.stringify(errorBody(error).body)}\n`);
  } finally {
    await result.close();
  }
}

async function startExport(context: RouteContext, http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  try {
    const writer = new StreamWriter(reply.raw);
    const result = await context.engine.exportRows(await exportRequest(http), http.guard);
    reply.hijack();
    const forget = context.streams.add(() => void result.close());
    try {
      await sendExport(result, writer);
    } finally {
      forget();
    }
    return reply;
  } catch (error) {
    return sendFailure(reply, error);
  }
}

/** GET and POST /import, POST /export: rows of files in and out, as `millrace import` and `millrace export` send them. */
export function bulkRoutes(app: FastifyInstance, context: RouteContext): void {
  app.get('/import', async (http, reply) => {
    try {
      const parameters = parametersOf(http);
      const position = await context.engine.importPosition(required(parameters.get('target'), 'target'), required(parameters.get('token'), 'token'), http.guard);
      return sendJson(reply, { position }, JSON_TYPE);
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
  app.post('/import', async (http, reply) => {
    try {
      return sendJson(reply, await context.engine.importRows(await importRequest(http), http.guard), JSON_TYPE);
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
  app.post('/export', (http, reply) => startExport(context, http, reply));
}
