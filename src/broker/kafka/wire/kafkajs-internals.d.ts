// The parts of kafkajs 2.2.4 that the transport uses; `checkInternals` holds at start that they are what is written here.

declare module 'kafkajs/src/network/connection.js' {
  import type { ConnectionOptions } from 'node:tls';
  import type { Socket } from 'node:net';
  import type { SASLOptions } from 'kafkajs';

  interface Logger {
    info(message: string, extra?: object): void;
    error(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
    debug(message: string, extra?: object): void;
    namespace(name: string): Logger;
  }
  interface Encoded {
    readonly buf: Buffer;
    readonly buffer: Buffer;
  }
  export default class Connection {
    constructor(options: {
      readonly host: string;
      readonly port: number;
      readonly logger: Logger;
      readonly socketFactory: (options: { host: string; port: number; ssl: ConnectionOptions; onConnect: () => void }) => Socket;
      readonly requestTimeout: number;
      readonly connectionTimeout: number;
      readonly enforceRequestTimeout: boolean;
      readonly reauthenticationThreshold: number;
      readonly clientId: string;
      readonly ssl: ConnectionOptions | null;
      readonly sasl: SASLOptions | null;
    });
    socket: Socket | undefined;
    requestQueue: { maybeThrottle(ms: number): void };
    connect(): Promise<boolean>;
    disconnect(): Promise<boolean>;
    authenticate(): Promise<void>;
    isConnected(): boolean;
    setVersions(versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>): void;
    setSupportAuthenticationProtocol(isSupported: boolean): void;
    rejectRequests(error: Error): void;
    send<T>(call: {
      readonly request: { readonly apiKey: number; readonly apiName: string; readonly apiVersion: number; readonly encode: () => Promise<Encoded> };
      readonly response: { readonly decode: (payload: Buffer) => Promise<{ readonly clientSideThrottleTime: number; readonly payload: Buffer }>; readonly parse: (decoded: { readonly payload: Buffer }) => Promise<T> };
      readonly logResponseError: boolean;
    }): Promise<T>;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ConnectionOptions } from 'node:tls';
  import type { Socket } from 'node:net';
  export default function socketFactory(): (options: { host: string; port: number; ssl: ConnectionOptions; onConnect: () => void }) => Socket;
}
