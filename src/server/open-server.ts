import { readFileSync } from 'node:fs';
import { reachableAt, type EmbeddedRegistry, type Engine, type Settings } from '../engine/index.js';
import type { Clock, Logger } from '../env/index.js';
import { RequestError } from '../errors/index.js';
import { ActiveStreams } from './active-streams.js';
import { createApp } from './app.js';
import { inputLimits } from './input-limits.js';
import type { ServerMetrics } from './metrics.js';
import { portLimits } from './port-limits.js';
import { ProtocolSwitch } from './protocol-switch.js';
import { webSockets } from './routes/ws-query.js';
import { openDoorkeeper, policyOf } from './security/open-doorkeeper.js';
import { readTlsSettings } from './tls/tls-settings.js';

export interface ServerOptions {
  readonly engine: Engine;
  readonly settings: Settings;
  readonly registry?: EmbeddedRegistry | null;
  /** The queries come from a file: no statements and no queries over REST. */
  readonly headless?: boolean;
  /** Bytes of a backup of the data folder; absent: there is nothing to back up. */
  readonly backup?: () => Promise<AsyncGenerator<Buffer>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  /** How files that settings name are read. Default: from the disk. */
  readonly readFile?: (path: string) => Buffer;
  /** `http://host:port` or `https://host:port`; port 0 takes a free one. */
  readonly listeners: readonly string[];
  readonly isValidProperty: (name: string) => boolean;
}

export interface RunningServer {
  /** The first listener as it can be called. */
  readonly url: string;
  /** All listeners, in the order given. */
  readonly urls: readonly string[];
  /** Reads certificates, users, keys and rules anew. Throws RequestError where they do not fit; then all stays as it was. */
  reload(): void;
  /** No new requests; push queries end, running answers may end; connections left after `graceMs` are cut. */
  close(graceMs: number): Promise<void>;
}

function listenerUrl(listener: string): URL {
  const url = URL.canParse(listener) ? new URL(listener) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new RequestError('BAD_REQUEST', `Listener ${listener} cannot be opened`, { hint: 'Give http://HOST:PORT or https://HOST:PORT.' });
  return url;
}

async function listen(port: ProtocolSwitch, listener: string): Promise<string> {
  const url = listenerUrl(listener);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: Error): void => {
      reject(new RequestError('BAD_REQUEST', `Cannot listen on ${listener}: ${cause.message}`, { cause, hint: 'Set listeners=http://HOST:PORT to a free port; port 0 takes any.' }));
    };
    port.port.once('error', failed);
    port.port.listen({ host, port: Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port) }, () => {
      port.port.removeListener('error', failed);
      resolve();
    });
  });
  const address = port.port.address();
  const actual = typeof address === 'object' && address !== null ? address.port : url.port;
  return `${url.protocol}//${url.hostname}:${actual}`;
}

/** Opens the listeners. Resolves when every one accepts connections. */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const streams = new ActiveStreams();
  const urls: string[] = [];
  const { settings, listeners, clock, logger, readFile = readFileSync } = options;
  const door = openDoorkeeper(settings, listeners, { readFile, clock, logger });
  const context = { ...options, streams, door, limits: inputLimits(settings), host: () => new URL(reachableAt(settings, urls[0] ?? 'http://localhost')).host };
  const app = await createApp(context);
  const onWebSocket: ReturnType<typeof webSockets> = options.headless === true ? (_request, socket) => socket.destroy() : webSockets(context);
  const ports: ProtocolSwitch[] = [];
  const cut = async (graceMs: number): Promise<void> => {
    const closed = Promise.all(ports.map((port) => port.close()));
    const waiting = new AbortController();
    await Promise.race([closed, options.clock.sleep(graceMs, waiting.signal).catch(() => undefined)]);
    waiting.abort();
    for (const port of ports) port.destroy();
    await closed;
    await app.close();
  };
  try {
    for (const listener of options.listeners) {
      const isSecure = listenerUrl(listener).protocol === 'https:';
      const port = new ProtocolSwitch({ handler: app.handler, onWebSocket, limits: portLimits(settings), clock, tls: isSecure ? readTlsSettings(settings, readFile) : null });
      ports.push(port);
      urls.push(await listen(port, listener));
    }
  } catch (error) {
    await cut(0);
    throw error;
  }
  return {
    url: urls[0] ?? '',
    urls,
    reload: () => {
      const policy = policyOf(settings, { readFile, clock, logger });
      const secure = ports.filter((_, index) => urls[index]?.startsWith('https:') === true);
      const tls = secure.length === 0 ? null : readTlsSettings(settings, readFile);
      if (tls !== null) for (const port of secure) port.renew(tls);
      door.replacePolicy(policy);
    },
    close: (graceMs) => {
      app.drain();
      streams.endAll();
      return cut(graceMs);
    },
  };
}
