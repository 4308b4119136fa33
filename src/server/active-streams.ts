/** Answers that are still being written. A server that is about to close ends those that would never end by themselves. */
export class ActiveStreams {
  private readonly endless = new Set<() => void>();

  /** How many push answers are open. */
  get size(): number {
    return this.endless.size;
  }

  /** Registers how to end an answer; gives how to forget it. */
  add(end: () => void): () => void {
    this.endless.add(end);
    return () => void this.endless.delete(end);
  }

  endAll(): void {
    for (const end of this.endless) end();
    this.endless.clear();
  }
}
