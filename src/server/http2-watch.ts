import { constants, type Http2Server, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../env/index.js';
import type { PortLimits } from './port-limits.js';
import { everyPulse, Pulse } from './pulse.js';

interface Watched {
  readonly startedMs: number;
  hasAsked: boolean;
  /** Streams that the client took back right after it had begun them, since `resetsSinceMs`. */
  resets: number;
  resetsSinceMs: number;
  /** Streams whose request has not ended, with when they began. */
  readonly sending: Map<ServerHttp2Stream, number>;
  /** Streams that are open: only then does it matter whether the client is there. */
  open: number;
  readonly pulse: Pulse;
}

/** Requests of this path have no end of their own. */
const ENDLESS = '/inserts-stream';
const MIN_LOOK_MS = 20;
/** A request that is taken back within this time has cost us more than its client. */
const RAPID_MS = 1000;
const MAX_RAPID_RESETS = 200;
const RESETS_FORGOTTEN_MS = 10_000;

/**
 * Ends HTTP/2 connections and requests that take too long to say what they want: Node does so for HTTP/1.1 only. Looks at them from
 * time to time, so a limit is passed by an eighth of it at most.
 */
export class Http2Watch {
  private readonly sessions = new Map<Http2Session, Watched>();
  private readonly closed = new AbortController();

  constructor(
    server: Http2Server,
    private readonly limits: PortLimits,
    private readonly clock: Clock,
  ) {
    server.on('session', (session) => this.add(session));
    server.on('stream', (stream, headers) => {
      if (stream.session !== undefined) this.begin(stream.session, stream, headers[':path'] ?? '');
    });
    void this.look();
    void everyPulse(clock, this.closed.signal, () => this.feelPulses());
  }

  /** All connections that are open. */
  get open(): Iterable<Http2Session> {
    return this.sessions.keys();
  }

  close(): void {
    this.closed.abort();
  }

  private add(session: Http2Session): void {
    this.sessions.set(session, { startedMs: this.clock.monotonic(), hasAsked: false, resets: 0, resetsSinceMs: 0, sending: new Map(), open: 0, pulse: new Pulse((answered) => {
      if (!session.destroyed) session.ping(answered);
    }) });
    session.on('close', () => this.sessions.delete(session));
    session.on('error', () => session.destroy());
    session.setTimeout(this.limits.idleTimeoutMs, () => session.close());
  }

  private begin(session: Http2Session, stream: ServerHttp2Stream, path: string): void {
    const watched = this.sessions.get(session);
    if (watched === undefined) return;
    const now = this.clock.monotonic();
    watched.hasAsked = true;
    watched.open += 1;
    stream.on('close', () => {
      watched.open -= 1;
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) this.countReset(session, watched, now);
    });
    if (stream.endAfterHeaders) return;
    // What has been answered need not be sent to its end: a stream half open would stay for as long as its client likes.
    stream.on('finish', () => {
      if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    });
    if (path === ENDLESS) return;
    watched.sending.set(stream, now);
    const ended = (): void => void watched.sending.delete(stream);
    stream.on('end', ended);
    stream.on('close', ended);
  }

  private countReset(session: Http2Session, watched: Watched, begunMs: number): void {
    const now = this.clock.monotonic();
    if (now - begunMs > RAPID_MS || session.destroyed) return;
    if (now - watched.resetsSinceMs > RESETS_FORGOTTEN_MS) {
      watched.resets = 0;
      watched.resetsSinceMs = now;
    }
    watched.resets += 1;
    if (watched.resets <= MAX_RAPID_RESETS) return;
    session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  }

  private feelPulses(): void {
    for (const [session, { open, pulse }] of this.sessions) if (open > 0 && !pulse.beat()) session.destroy();
  }

  private async look(): Promise<void> {
    const { headersTimeoutMs, requestTimeoutMs } = this.limits;
    const everyMs = Math.max(MIN_LOOK_MS, headersTimeoutMs / 8);
    while (!this.closed.signal.aborted) {
      await this.clock.sleep(everyMs, this.closed.signal).catch(() => undefined);
      const now = this.clock.monotonic();
      for (const [session, { startedMs, hasAsked, sending }] of this.sessions) {
        if (!hasAsked && now - startedMs > headersTimeoutMs) session.destroy();
        for (const [stream, since] of sending) if (now - since > requestTimeoutMs) stream.close(constants.NGHTTP2_CANCEL);
      }
    }
  }
}
