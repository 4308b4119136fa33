import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between client and broker that tests cut. Frames are counted by Kafka's length prefix. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  /** Looks at each answer; true: cut the connection instead of passing it on. */
  cutsAnswer: (apiKey: number) => boolean = () => false;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  static async open(address: string): Promise<TcpProxy> {
    const [host = '', port = ''] = address.split(':');
    const proxy = new TcpProxy({ host, port: Number(port) });
    proxy.server = createServer((client) => proxy.join(client)).listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    // A server that listens on TCP has an address of this kind.
    const address = this.server === null ? null : (this.server.address() as AddressInfo | null);
    return address === null ? 0 : address.port;
  }

  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private join(client: Socket): void {
    const broker = connect(this.target.port, this.target.host);
    const asked: number[] = [];
    for (const socket of [client, broker]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    const requests = frames((frame) => {
      asked.push(frame.readInt16BE(4));
      broker.write(frame);
    });
    const answers = frames((frame) => {
      const apiKey = asked.shift() ?? -1;
      if (this.cutsAnswer(apiKey)) client.destroy();
      else client.write(frame);
    });
    client.on('data', requests);
    broker.on('data', answers);
  }
}

function frames(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      onFrame(Buffer.from(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
  };
}
