/** What runs now and how Ctrl-C ends it. */
export class Running {
  private cancel: (() => Promise<void>) | null = null;
  private asked = false;

  /** A new statement: an interrupt of an earlier one is forgotten. */
  begin(): void {
    this.cancel = null;
    this.asked = false;
  }

  /** Says how to end what runs now; it ends at once where Ctrl-C came while it was being started. */
  canBeEndedBy(cancel: () => Promise<void>): void {
    this.cancel = cancel;
    if (this.asked) void cancel();
  }

  interrupt(): void {
    this.asked = true;
    void this.cancel?.();
  }

  get wasInterrupted(): boolean {
    return this.asked;
  }
}
