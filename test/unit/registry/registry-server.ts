import { openLocal, Settings, type LocalEngine } from '../../../src/engine/index.js';
import { silentLogger } from '../../../src/env/index.js';
import { openServer, ServerMetrics, type RunningServer } from '../../../src/server/index.js';

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** The product's server on a port of its own, as other programs see their registry. */
export class RegistryServer {
  private constructor(
    readonly local: LocalEngine,
    private readonly server: RunningServer,
  ) {}

  static async open(properties: Readonly<Record<string, string>> = {}): Promise<RegistryServer> {
    const metrics = new ServerMetrics();
    const local = await openLocal({ storage: { memory: true }, version: 'test', properties: { 'ksql.streams.auto.offset.reset': 'earliest', ...properties }, env: { metrics } });
    const server = await openServer({
      engine: local.engine,
      settings: Settings.ofServer([]),
      registry: local.embeddedRegistry,
      clock: local.env.clock,
      logger: silentLogger,
      metrics,
      listeners: ['http://127.0.0.1:0'],
      isValidProperty: () => true,
    });
    return new RegistryServer(local, server);
  }

  get url(): string {
    return this.server.url;
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.url + path, { method, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' } }) });
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, type: response.headers.get('content-type'), body: parsed };
  }

  async close(): Promise<void> {
    await this.server.close(1000);
    await this.local.engine.close();
  }
}
