import type { OutputRow, Positions } from '../messages.js';
import { weightOf } from './row-weight.js';

const CHUNK_ROWS = 512;

/** The receiving end of a stream of chunks. */
export interface ChunkTarget {
  chunk(rows: readonly OutputRow[], positions: Positions | null): void;
}

export interface SenderBounds {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Rows on their way to one client, handed over in chunks while the client gives credit. `isFull` tells the producer to wait;
 * how much may pile up before that is bounded, in rows and in bytes.
 */
export class RowSender {
  private rows: OutputRow[] = [];
  private bytes = 0;
  private mark: Positions | null = null;
  private readonly waiting: (() => void)[] = [];
  private readonly sentWaiters: (() => void)[] = [];
  private isOpen = true;
  /** Chunks handed over so far. */
  chunks = 0;

  constructor(
    private readonly target: ChunkTarget,
    private credit: number,
    private readonly bounds: SenderBounds,
  ) {}

  /** Of rows that wait for the client. */
  get waitingBytes(): number {
    return this.bytes;
  }

  get isFull(): boolean {
    return this.isOpen && (this.rows.length >= this.bounds.rows || this.bytes >= this.bounds.bytes);
  }

  /** Everything was handed over and more would be taken. */
  get isStarving(): boolean {
    return this.isOpen && this.rows.length === 0 && this.credit > 0;
  }

  add(row: OutputRow): void {
    if (!this.isOpen) return;
    this.rows.push(row);
    this.bytes += weightOf(row);
  }

  addCredit(credit: number): void {
    this.credit += credit;
    this.send();
  }

  /** All rows before these positions have been added. */
  reached(positions: Positions): void {
    this.mark = positions;
  }

  /** Sends what credit allows. */
  send(): void {
    while (this.isOpen && this.credit > 0 && this.rows.length > 0) this.sendChunk();
    if (this.waiting.length > 0 && !this.isFull) for (const resolve of this.waiting.splice(0)) resolve();
    if (this.sentWaiters.length > 0 && this.rows.length === 0) for (const resolve of this.sentWaiters.splice(0)) resolve();
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
    this.bytes = 0;
    for (const resolve of [...this.waiting.splice(0), ...this.sentWaiters.splice(0)]) resolve();
  }

  private sendChunk(): void {
    this.credit--;
    this.chunks++;
    const chunk = this.rows.length <= CHUNK_ROWS ? this.rows : this.rows.splice(0, CHUNK_ROWS);
    if (chunk === this.rows) {
      this.rows = [];
      this.bytes = 0;
    } else for (const row of chunk) this.bytes -= weightOf(row);
    this.target.chunk(chunk, this.rows.length === 0 ? this.mark : null);
  }
}
