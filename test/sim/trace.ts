import { createHash } from 'node:crypto';

/** What happened at the seams, in order: equal seeds must give equal traces. */
export class Trace {
  private readonly hash = createHash('sha256');
  /** The last events, for people. */
  readonly tail: string[] = [];
  private readonly counts = new Map<string, number>();
  events = 0;

  constructor(private readonly keep = 0) {}

  add(event: string): void {
    this.events++;
    this.hash.update(event).update('\n');
    if (this.keep === 0) return;
    this.tail.push(event);
    if (this.tail.length > this.keep) this.tail.shift();
  }

  /** Counts a state that must be reached now and then over many seeds. */
  reached(state: string): void {
    this.counts.set(state, (this.counts.get(state) ?? 0) + 1);
  }

  get states(): ReadonlyMap<string, number> {
    return this.counts;
  }

  digest(): string {
    return this.hash.copy().digest('hex');
  }
}
