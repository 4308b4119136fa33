import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { QueryResult, Session } from '../../engine/index.js';
import { errorBody } from '../error-body.js';
import { arrayFraming, delimitedFraming, objectFraming, type Framing } from '../framing.js';
import { DELIMITED, JSON_TYPE, negotiate, V1_JSON } from '../media-types.js';
import { numberField, parseBody, propertiesField, stringField, variablesField } from '../read-body.js';
import { sendRows } from '../send-rows.js';
import { StreamWriter } from '../stream-writer.js';
import type { RouteContext } from './context.js';

interface QueryRequest {
  readonly sql: string;
  readonly session: Session;
}

function framingFor(type: string, result: QueryResult, path: '/query' | '/query-stream'): Framing {
  if (type === DELIMITED) return delimitedFraming(result);
  if (type === JSON_TYPE && path === '/query-stream') return arrayFraming(result);
  return { ...objectFraming(result), contentType: type };
}

function fail(reply: FastifyReply, error: unknown): FastifyReply {
  const failure = errorBody(error);
  return reply.code(failure.status).type(V1_JSON).send(JSON.stringify(failure.body));
}

const isPrint = (sql: string): boolean => /^\s*(?:--[^\n]*\n\s*)*print\b/i.test(sql);

async function sendText(request: QueryRequest, context: RouteContext, reply: FastifyReply): Promise<void> {
  const result = await context.engine.print(request.sql, request.session);
  reply.hijack();
  const writer = new StreamWriter(reply.raw);
  writer.whenClosed(() => void result.close());
  writer.head(200, { 'content-type': JSON_TYPE });
  for await (const line of result.lines) await writer.write(`${line}\n`);
  writer.end();
}

async function answer(request: QueryRequest, path: '/query' | '/query-stream', context: RouteContext, http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const whenAbsent = path === '/query' ? V1_JSON : DELIMITED;
  const type = negotiate(http.headers.accept, whenAbsent, [DELIMITED, V1_JSON, JSON_TYPE]);
  if (type === null) return reply.code(406).send();
  try {
    if (isPrint(request.sql)) {
      await sendText(request, context, reply);
      return reply;
    }
    const result = await context.engine.query(request.sql, request.session);
    reply.hijack();
    await sendRows(result, framingFor(type, result, path), new StreamWriter(reply.raw), http.raw.httpVersionMajor === 2);
    return reply;
  } catch (error) {
    return fail(reply, error);
  }
}

/** POST /query and POST /query-stream: one SELECT or PRINT. */
export function queryRoutes(app: FastifyInstance, context: RouteContext): void {
  const route = (path: '/query' | '/query-stream', textField: string, propertiesName: string): void => {
    app.post<{ Body: string }>(path, async (http, reply) => {
      try {
        const body = parseBody(http.body);
        const sequence = numberField(body, 'commandSequenceNumber');
        const request = {
          sql: stringField(body, textField) ?? stringField(body, textField === 'sql' ? 'ksql' : 'sql') ?? '',
          session: {
            properties: propertiesField(body, propertiesName),
            variables: variablesField(body, 'sessionVariables'),
            requestProperties: propertiesField(body, 'requestProperties'),
            ...(sequence === undefined ? {} : { commandSequenceNumber: sequence }),
          },
        };
        return await answer(request, path, context, http, reply);
      } catch (error) {
        return fail(reply, error);
      }
    });
  };
  route('/query', 'ksql', 'streamsProperties');
  route('/query-stream', 'sql', 'properties');
}
