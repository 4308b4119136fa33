import type { AddressInfo } from 'node:net';
import type { Engine } from '../engine/index.js';
import type { Logger } from '../env/index.js';
import { RequestError } from '../errors/index.js';
import { createApp } from './app.js';
import { DEFAULT_LIMITS, ProtocolSwitch, type PortLimits } from './protocol-switch.js';

export interface ServerOptions {
  readonly engine: Engine;
  readonly logger: Logger;
  /** `http://host:port`; port 0 takes a free one. */
  readonly listeners: readonly string[];
  readonly isValidProperty: (name: string) => boolean;
  readonly metrics: () => Promise<string>;
  readonly limits?: Partial<PortLimits>;
}

export interface RunningServer {
  /** The first listener as it can be called. */
  readonly url: string;
  /** No new requests; running answers may end; connections left after `graceMs` are cut. */
  close(graceMs: number, sleep: (ms: number) => Promise<void>): Promise<void>;
}

async function listen(port: ProtocolSwitch, listener: string): Promise<string> {
  const url = new URL(listener);
  if (url.protocol !== 'http:') throw new RequestError('BAD_REQUEST', `Listener ${listener} cannot be opened`, { hint: 'Give http://HOST:PORT.' });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    port.port.once('error', reject);
    port.port.listen({ host, port: Number(url.port === '' ? 80 : url.port) }, () => {
      port.port.removeListener('error', reject);
      resolve();
    });
  });
  const address = port.port.address();
  const actual = typeof address === 'object' && address !== null ? (address satisfies AddressInfo).port : url.port;
  return `http://${url.hostname}:${actual}`;
}

/** Opens the listeners. Resolves when every one accepts connections. */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const { handler, app } = await createApp(options);
  const ports: ProtocolSwitch[] = [];
  const urls: string[] = [];
  for (const listener of options.listeners) {
    const port = new ProtocolSwitch(handler, (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'), { ...DEFAULT_LIMITS, ...options.limits });
    urls.push(await listen(port, listener));
    ports.push(port);
  }
  return {
    url: urls[0] ?? '',
    close: async (graceMs, sleep) => {
      const closed = Promise.all(ports.map((port) => port.close()));
      await Promise.race([closed, sleep(graceMs)]);
      for (const port of ports) port.destroy();
      await closed;
      await app.close();
    },
  };
}
