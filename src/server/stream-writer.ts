import type { Clock } from '../env/index.js';
import type { AnyResponse } from './protocol-switch.js';
import { StallWatch } from './stall-watch.js';
import type { TurnEnd } from './turn-end.js';

/** Writes pieces of an answer and waits while the client does not read. Knows from the start when the client goes. */
export class StreamWriter {
  private closed = false;
  private watch: StallWatch | null = null;
  /** Bytes of the answer so far, without its head. */
  bytes = 0;
  private pendingHead: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | null = null;
  private readonly onClose = new Set<() => void>();

  /** `turnEnd`: answers of one piece leave with those of the other requests of their turn. */
  constructor(
    private readonly response: AnyResponse,
    private readonly turnEnd: TurnEnd | null = null,
  ) {
    const ended = (): void => {
      this.closed = true;
      for (const each of this.onClose) each();
      this.onClose.clear();
    };
    response.on('close', ended);
    response.on('error', ended);
    if (response.destroyed || response.socket?.destroyed === true) this.closed = true;
  }

  get isClosed(): boolean {
    return this.closed;
  }
  private get isHttp2(): boolean {
    return 'createPushResponse' in this.response;
  }

  /** Called when the client has gone (also when the answer is complete). */
  whenClosed(listener: () => void): void {
    if (this.closed) listener();
    else this.onClose.add(listener);
  }

  /** Cuts the connection of a client that does not read. */
  cutWhenStalled(clock: Clock): void {
    const { response } = this;
    const watch = new StallWatch(clock, () => ('createPushResponse' in response ? response.stream.destroy() : response.destroy()));
    this.watch = watch;
    this.whenClosed(() => watch.end());
  }

  /** Goes out with the first piece. */
  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.pendingHead = { status, headers };
  }

  /** Resolves when more may be written. */
  async write(piece: string): Promise<void> {
    if (this.closed || piece === '') return;
    this.bytes += Buffer.byteLength(piece);
    this.sendHead(null);
    if (this.isHttp2) return this.writeFrame(piece);
    // Both kinds of response take a string; their overloads differ too much for one call.
    const { response } = this;
    const flushed = 'createPushResponse' in response ? response.write(piece) : response.write(piece);
    if (!flushed) await this.until((done) => response.once('drain', done));
  }

  /** Ends the answer with a last piece. An answer of one piece has a length and no chunks. */
  end(piece = ''): void {
    if (this.closed) return;
    this.bytes += Buffer.byteLength(piece);
    if (this.pendingHead === null || this.turnEnd === null) this.finish(piece);
    else this.turnEnd.add(() => this.finishOrCut(piece));
  }

  // Nobody waits for this any more who could answer otherwise, and the other answers of the turn must leave.
  private finishOrCut(piece: string): void {
    try {
      this.finish(piece);
    } catch {
      this.response.destroy();
    }
  }

  private finish(piece: string): void {
    if (this.closed) return;
    this.sendHead(piece);
    const { response } = this;
    if ('createPushResponse' in response) response.end(piece);
    else response.end(piece);
  }

  private sendHead(whole: string | null): void {
    if (this.pendingHead === null) return;
    const { status, headers } = this.pendingHead;
    this.pendingHead = null;
    this.response.writeHead(status, whole === null ? { ...headers } : { ...headers, 'content-length': Buffer.byteLength(whole) });
  }

  // Existing clients parse HTTP/2 frame by frame. Pieces written before the one ahead has left would share its frame.
  private async writeFrame(piece: string): Promise<void> {
    const { response } = this;
    if (!('createPushResponse' in response)) return;
    await this.until((done) => response.write(piece, done));
  }

  private async until(start: (done: () => void) => void): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      const done = (): void => {
        this.onClose.delete(done);
        resolve();
      };
      this.onClose.add(done);
      start(done);
    });
    await (this.watch === null ? taken : this.watch.during(taken));
  }
}
