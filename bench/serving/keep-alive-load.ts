import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly url: string;
  /** Bytes of request number `index`: head and body. */
  readonly request: (index: number) => Buffer;
  readonly connections: number;
  readonly durationMs: number;
  /** Requests a second over all connections, sent when due and not when there is room; null: as many as are answered. */
  readonly perSecond: number | null;
}

export interface LoadResult {
  readonly answers: number;
  readonly byStatus: ReadonlyMap<number, number>;
  readonly seconds: number;
  /** Milliseconds from when a request was due to the end of its answer. */
  readonly latencies: readonly number[];
  /** The same from when each was sent: later, where every connection was busy. */
  readonly times: readonly number[];
  /** Of each of `latencies`. */
  readonly statuses: readonly number[];
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: (\d+)/i;

/** One connection that has one request under way at a time. It reads no more of an answer than it must, so that the server is what is measured. */
class Connection {
  private rest: Buffer = Buffer.alloc(0);
  private waiting: ((status: number) => void) | null = null;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => this.gone());
    socket.on('close', () => this.gone());
  }

  static open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Connection(socket)));
    });
  }

  /** Resolves with the status; 0: the connection was lost. */
  ask(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) {
        resolve(0);
        return;
      }
      this.waiting = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private gone(): void {
    this.waiting?.(0);
    this.waiting = null;
  }

  private take(chunk: Buffer): void {
    const all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = all;
    const headEnd = all.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = all.latin1Slice(0, headEnd);
    const length = Number(LENGTH.exec(head)?.[1] ?? 0);
    if (all.length < headEnd + HEAD_END.length + length) return;
    this.rest = all.subarray(headEnd + HEAD_END.length + length);
    const done = this.waiting;
    this.waiting = null;
    done?.(Number(head.slice(9, 12)));
  }
}

/** Keeps a server busy over some connections and says how it answered. Answers must carry their length. */
export async function keepAliveLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, connections, durationMs, perSecond, request } = options;
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
  const byStatus = new Map<number, number>();
  const latencies: number[] = [];
  const times: number[] = [];
  const statuses: number[] = [];
  const started = performance.now();
  let next = 0;
  const work = open.map(async (connection) => {
    for (;;) {
      const index = next++;
      const due = perSecond === null ? performance.now() : started + (index * 1000) / perSecond;
      if (due - started >= durationMs || performance.now() - started >= durationMs) return;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const sent = performance.now();
      const status = await connection.ask(request(index));
      times.push(performance.now() - sent);
      latencies.push(performance.now() - due);
      statuses.push(status);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      if (status === 0) return;
    }
  });
  await Promise.all(work);
  const seconds = (performance.now() - started) / 1000;
  for (const connection of open) connection.close();
  return { answers: latencies.length, byStatus, seconds, latencies, times, statuses };
}

/** A POST as bytes, ready to be sent again and again. */
export function postBytes(url: string, path: string, body: string): Buffer {
  return Buffer.from(`POST ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
