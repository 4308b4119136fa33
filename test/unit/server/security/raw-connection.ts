import { connect, type Socket } from 'node:net';

/** A connection that sends bytes as it is told and keeps what comes back. */
export class RawConnection {
  private readonly chunks: Buffer[] = [];
  private readonly whenClosed: Promise<void>;
  private readonly waiting = new Set<() => void>();

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      for (const look of this.waiting) look();
    });
    socket.on('error', () => undefined);
    this.whenClosed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  static to(url: string): RawConnection {
    return new RawConnection(connect(Number(new URL(url).port), '127.0.0.1'));
  }

  /** Resolves when the bytes have left, or when the other side has gone. */
  async send(bytes: string | Buffer): Promise<void> {
    if (this.socket.destroyed || !this.socket.writable) return;
    await Promise.race([this.whenClosed, new Promise<void>((resolve) => this.socket.write(bytes, () => resolve()))]);
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Everything that came, once the server has closed. */
  async untilClosed(): Promise<string> {
    await this.whenClosed;
    return this.received.toString('latin1');
  }

  async until(condition: (received: Buffer) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition(this.received) && !this.socket.destroyed) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      this.socket.on('close', look);
      look();
    });
  }

  end(): void {
    this.socket.destroy();
  }
}

export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** An HTTP/2 frame. */
export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0), length = payload.length): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** The types of the frames in what a server has sent. */
export function frameTypes(bytes: Buffer): readonly number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes[at + 3] ?? -1);
  return types;
}

/** Header fields in HPACK, without the table and without Huffman codes. */
export function hpack(fields: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string): Buffer => Buffer.concat([length(Buffer.byteLength(value)), Buffer.from(value)]);
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  for (let rest = value - 127; ; rest >>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

export const get = (path: string): Buffer => hpack([[':method', 'GET'], [':scheme', 'http'], [':path', path], [':authority', 'localhost']]);
export const post = (path: string): Buffer => hpack([[':method', 'POST'], [':scheme', 'http'], [':path', path], [':authority', 'localhost']]);
