import type { OutputRow, Positions } from '../messages.js';
import type { RowSender } from './row-sender.js';
import type { TailMember } from './stream-tail.js';

/** One push query's place at a tail, from joining to whatever ends it. */
export class TailClient implements TailMember {
  /** Resolves with where to go on alone, or with null at the end. Rejects when the tail failed. */
  readonly ended: Promise<Positions | null>;
  private settle: { resolve(positions: Positions | null): void; reject(error: unknown): void } = { resolve: () => undefined, reject: () => undefined };

  /** `onRow` gives false with the last row. */
  constructor(
    readonly sender: RowSender,
    readonly tellsPositions: boolean,
    private readonly onRow: (row: OutputRow) => boolean,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    // Whoever awaits it is told; a client that has gone is not.
    this.ended.catch(() => undefined);
  }

  take(row: OutputRow): boolean {
    if (this.onRow(row)) return true;
    this.end();
    return false;
  }

  end(): void {
    this.settle.resolve(null);
  }

  leftBehind(positions: Positions): void {
    this.settle.resolve(positions);
  }

  failed(error: unknown): void {
    this.settle.reject(error);
  }
}
