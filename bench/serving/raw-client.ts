import { connect, type Socket } from 'node:net';

/** A connection that sends one request and keeps what comes back, without a parser between. */
export class RawClient {
  bytes = 0;
  lines = 0;
  private readonly waiters: { readonly lines: number; resolve(): void }[] = [];

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.lines += 1;
      for (const waiter of this.waiters.splice(0)) {
        if (this.lines >= waiter.lines) waiter.resolve();
        else this.waiters.push(waiter);
      }
    });
    socket.on('error', () => undefined);
  }

  static open(url: string, request: Buffer): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        const client = new RawClient(socket);
        socket.write(request);
        resolve(client);
      });
    });
  }

  /** Resolves when so many lines (of head and body) have come. */
  whenLines(lines: number): Promise<void> {
    if (this.lines >= lines) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push({ lines, resolve }));
  }

  /** Resolves when the connection has ended. */
  whenClosed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.closed) resolve();
      else this.socket.once('close', () => resolve());
    });
  }
}
