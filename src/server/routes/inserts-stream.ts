import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { InsertTarget } from '../../engine/index.js';
import { RequestError } from '../../errors/index.js';
import { sendFailure } from '../answer.js';
import { INSERTS_HEAD } from '../bodies.js';
import { errorBody } from '../error-body.js';
import { DELIMITED, JSON_TYPE, negotiate } from '../media-types.js';
import { parseBody } from '../read-body.js';
import { readLines } from '../read-lines.js';
import { StreamWriter } from '../stream-writer.js';
import type { RouteContext } from './context.js';

/** Acknowledgements: a line each, or the items of one JSON array. */
class Acknowledgements {
  private count = 0;

  constructor(
    private readonly writer: StreamWriter,
    private readonly isArray: boolean,
  ) {}

  async ok(): Promise<void> {
    await this.send({ status: 'ok', seq: this.count });
  }

  async failed(error: unknown): Promise<void> {
    const { body } = errorBody(error);
    await this.send({ '@type': 'InsertError', status: 'error', seq: this.count, error_code: body.error_code, message: body.message });
  }

  end(): void {
    this.writer.end(this.isArray ? (this.count === 0 ? '[]' : ']') : '');
  }

  private async send(body: object): Promise<void> {
    const text = JSON.stringify(body);
    if (this.isArray) await this.writer.write(`${this.count === 0 ? '[' : ','}${text}`);
    else await this.writer.write(`${text}\n`);
    this.count += 1;
  }
}

// Rows that came together are stored together; a bad one stops the stream after those before it.
async function insertLines(target: InsertTarget, lines: readonly string[], answers: Acknowledgements): Promise<boolean> {
  const rows: Awaited<ReturnType<InsertTarget['read']>>[] = [];
  let failure: { readonly error: unknown } | null = null;
  for (const line of lines) {
    try {
      rows.push(target.read(line));
    } catch (error) {
      failure = { error };
      break;
    }
  }
  try {
    await target.insert(rows);
  } catch (error) {
    await answers.failed(error);
    return false;
  }
  for (let row = 0; row < rows.length; row += 1) await answers.ok();
  if (failure !== null) await answers.failed(failure.error);
  return failure === null;
}

async function answer({ engine, limits }: RouteContext, http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  // A client that asked to upgrade speaks HTTP/2 where ksqlDB lets it; that the answer comes in HTTP/1.1 is this server's doing.
  if (http.raw.httpVersionMajor < 2 && http.headers['http2-settings'] === undefined) return sendFailure(reply, new RequestError('HTTP2_ONLY', 'The /inserts-stream endpoint is only available using HTTP2'));
  const type = negotiate(http.headers.accept, DELIMITED, [DELIMITED, JSON_TYPE]);
  if (type === null) return reply.code(406).send();
  const writer = new StreamWriter(reply.raw);
  const chunks = readLines(http.raw, limits.rowBytes);
  const answers = new Acknowledgements(writer, type === JSON_TYPE);
  try {
    const first = await chunks.next();
    const [head, ...early] = first.done === true ? [] : first.value;
    const target = engine.openInserts(INSERTS_HEAD.target.of(parseBody(head ?? '')) ?? '', http.guard);
    reply.hijack();
    writer.head(200, { 'content-type': type });
    let goesOn = early.length === 0 || (await insertLines(target, early, answers));
    while (goesOn && !writer.isClosed) {
      const next = await chunks.next();
      if (next.done === true) break;
      goesOn = await insertLines(target, next.value, answers);
    }
    answers.end();
    return reply;
  } catch (error) {
    if (writer.isClosed) return reply;
    if (!reply.sent) return sendFailure(reply, error);
    await answers.failed(error);
    answers.end();
    return reply;
  }
}

/** POST /inserts-stream (HTTP/2): a line that names the target, then a JSON object a row; each is acknowledged when it is durable. */
export function insertsStreamRoute(app: FastifyInstance, context: RouteContext): void {
  app.post('/inserts-stream', async (http, reply) => answer(context, http, reply));
}
