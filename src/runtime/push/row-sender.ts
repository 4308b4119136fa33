import type { OutputRow } from '../messages.js';

const CHUNK_ROWS = 512;

/** The receiving end of a stream of chunks. */
export interface ChunkTarget {
  chunk(rows: readonly OutputRow[]): void;
}

/**
 * Rows on their way to one client, handed over in chunks while the client gives credit. `isFull` tells the producer to wait;
 * how much may pile up before that is bounded.
 */
export class RowSender {
  private rows: OutputRow[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly sentWaiters: (() => void)[] = [];
  private isOpen = true;

  constructor(
    private readonly target: ChunkTarget,
    private credit: number,
    private readonly maxRows: number,
  ) {}

  get pending(): number {
    return this.rows.length;
  }

  get isFull(): boolean {
    return this.isOpen && this.rows.length >= this.maxRows;
  }

  add(row: OutputRow): void {
    if (this.isOpen) this.rows.push(row);
  }

  addCredit(credit: number): void {
    this.credit += credit;
    this.send();
  }

  /** Sends what credit allows. */
  send(): void {
    while (this.isOpen && this.credit > 0 && this.rows.length > 0) {
      this.credit--;
      this.target.chunk(this.rows.splice(0, CHUNK_ROWS));
    }
    if (!this.isFull) for (const resolve of this.waiting.splice(0)) resolve();
    if (this.rows.length === 0) for (const resolve of this.sentWaiters.splice(0)) resolve();
  }

  /** Resolves when there is room again, or nobody will take more. */
  whenRoom(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Resolves when all rows have been handed over. */
  async whenSent(): Promise<void> {
    this.send();
    if (this.isOpen && this.rows.length > 0) await new Promise<void>((resolve) => this.sentWaiters.push(resolve));
  }

  close(): void {
    this.isOpen = false;
    this.rows = [];
    for (const resolve of [...this.waiting.splice(0), ...this.sentWaiters.splice(0)]) resolve();
  }
}
