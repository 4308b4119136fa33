import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { request as httpRequest, type IncomingHttpHeaders as Headers1, type ClientRequest, type IncomingMessage } from 'node:http';
import { Settings, openLocal, type LocalEngine } from '../../../src/engine/index.js';
import { silentLogger } from '../../../src/env/index.js';
import { openServer, ServerMetrics, type RunningServer, type ServerOptions } from '../../../src/server/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers1 | IncomingHttpHeaders;
  readonly text: string;
}

/** A server over an engine in memory, on a port of its own. */
export class TestServer {
  private constructor(
    readonly local: LocalEngine,
    readonly server: RunningServer,
  ) {}

  /** `files`: what the settings' paths hold. */
  static async open(properties: Readonly<Record<string, string>> = {}, files: Readonly<Record<string, string | Buffer>> = {}, more: Partial<ServerOptions> = {}): Promise<TestServer> {
    const metrics = new ServerMetrics();
    const local = await openLocal({ storage: { memory: true }, version: '1.2.3', properties: { 'millrace.commit.spacing': '0', ...properties }, env: { metrics } });
    const server = await openServer({
      engine: local.engine,
      settings: Settings.ofServer(Object.entries(properties)),
      registry: local.embeddedRegistry,
      clock: local.env.clock,
      logger: silentLogger,
      metrics,
      readFile: (path) => Buffer.from(files[path] ?? ''),
      listeners: ['http://127.0.0.1:0'],
      isValidProperty: (name) => name !== 'denied',
      ...more,
    });
    return new TestServer(local, server);
  }

  get url(): string {
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.server.close(1000);
    await this.local.engine.close();
  }

  /** Sends a request and gives the answer as it begins. */
  start(method: string, path: string, body: string | Buffer | null, headers: Readonly<Record<string, string>> = {}): { readonly request: ClientRequest; readonly response: Promise<IncomingMessage> } {
    const request = httpRequest(new URL(path, this.url), { method, headers, agent: false });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
    });
    if (body === null) request.end();
    else request.end(body);
    return { request, response };
  }

  async send(method: string, path: string, body: string | null = null, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await this.start(method, path, body, headers).response;
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), headers);
  }

  async run(sql: string): Promise<void> {
    await this.local.engine.execute(sql);
    await this.local.engine.whenIdle();
  }

  http2(): ClientHttp2Session {
    return connectHttp2(this.url);
  }
}

export interface Http2Answer {
  readonly status: number;
  /** DATA frames as they came. */
  readonly frames: readonly string[];
}

/** One request over HTTP/2 with prior knowledge; `pieces` are sent one after the other. */
export async function sendHttp2(session: ClientHttp2Session, path: string, pieces: readonly string[], headers: Readonly<Record<string, string>> = {}): Promise<Http2Answer> {
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
  const status = new Promise<number>((resolve, reject) => {
    stream.on('response', (received) => resolve(received[':status'] ?? 0));
    stream.on('error', reject);
  });
  const frames: string[] = [];
  stream.on('data', (chunk: Buffer) => frames.push(chunk.toString('utf8')));
  const ended = new Promise<void>((resolve) => stream.on('close', () => resolve()));
  for (const piece of pieces) stream.write(piece);
  stream.end();
  await ended;
  return { status: await status, frames };
}

/** Resolves when the condition holds; looks again after every turn of the event loop, for at most `withinMs`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > withinMs) throw new Error(`Not within ${withinMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return performance.now() - started;
}
