import type { OutputRow, Positions, RowStream, StreamEnd, TopicPositions } from '../../runtime/index.js';

export interface StreamParts {
  readonly started: Promise<void>;
  /** Rows until the end; returns why they ended. Run once, by the reader. */
  readonly chunks: AsyncGenerator<readonly OutputRow[], StreamEnd>;
  /** How far the chunks taken go, where the stream behind tells. */
  readonly positions?: () => Positions | null;
  /** What a pull query knew, where the stream behind tells. */
  readonly reached?: () => TopicPositions | null;
  /** Breaks what `chunks` waits for. */
  readonly cancel: () => void;
}

/** A row stream whose rows come from somewhere that is not there yet, or are changed on their way. */
export class WrappedStream implements RowStream, AsyncIterator<readonly OutputRow[], undefined> {
  endReason: StreamEnd | null = null;
  readonly started: Promise<void>;
  private isClosed = false;
  private onTaken: (() => void) | null = null;

  constructor(private readonly parts: StreamParts) {
    this.started = parts.started;
    parts.started.catch(() => undefined); // The reader meets the failure too.
  }

  get positions(): Positions | null {
    return this.parts.positions?.() ?? null;
  }

  get reached(): TopicPositions | null {
    return this.parts.reached?.() ?? null;
  }

  whenTaken(listener: () => void): void {
    this.onTaken = listener;
  }

  cancel(): void {
    if (this.isClosed) return;
    this.close();
    this.parts.cancel();
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly OutputRow[], undefined> {
    return this;
  }

  async next(): Promise<IteratorResult<readonly OutputRow[], undefined>> {
    if (this.isClosed) return { done: true, value: undefined };
    try {
      const step = await this.parts.chunks.next();
      if (step.done !== true) return step;
      this.endReason = step.value;
      this.close();
      return { done: true, value: undefined };
    } catch (error) {
      this.close();
      throw error;
    }
  }

  return(): Promise<IteratorResult<readonly OutputRow[], undefined>> {
    this.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  private close(): void {
    this.isClosed = true;
    this.onTaken?.();
    this.onTaken = null;
  }
}
