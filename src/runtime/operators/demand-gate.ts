import type { Key, Row } from '../../types/index.js';
import type { ScanDemand } from './operator.js';

interface Arrival {
  readonly input: number;
  readonly key: Key | null;
  readonly row: Row | null;
  readonly old: Row | null | undefined;
  readonly timestamp: number;
}
export type Process = (input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number) => void;

/**
 * Holds back what reaches an operator while one of its scans is open (several rows may come out of one record upstream), so
 * that results are the same whether the scan was served from memory at once or from disk later.
 */
export class DemandGate {
  private open: ScanDemand | null = null;
  private waiting: Arrival[] = [];
  /** Position of the first that still waits. */
  private next = 0;

  constructor(private readonly process: Process) {}

  get isOpen(): boolean {
    return this.open !== null;
  }
  demand(): ScanDemand | null {
    return this.open;
  }
  /** Only while a scan is open. */
  hold(input: number, key: Key | null, row: Row | null, old: Row | null | undefined, timestamp: number): void {
    this.waiting.push({ input, key, row, old, timestamp });
  }
  /** Asks for a scan; `done` runs when it has been fed, then what was held back. */
  request(demand: Omit<ScanDemand, 'done'> & { readonly done?: () => void }): void {
    this.open = {
      table: demand.table,
      range: demand.range,
      feed: demand.feed,
      ...(demand.hidden === undefined ? {} : { hidden: demand.hidden }),
      done: () => {
        this.open = null;
        demand.done?.();
        this.drain();
      },
    };
  }

  private drain(): void {
    for (let next = this.waiting[this.next]; this.open === null && next !== undefined; next = this.waiting[this.next]) {
      this.next++;
      this.process(next.input, next.key, next.row, next.old, next.timestamp);
    }
    if (this.next < this.waiting.length) return;
    this.waiting = [];
    this.next = 0;
  }
}
