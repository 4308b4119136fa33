const EVERY_MS = 500;

/** Says on standard error how far a long command is: on a terminal in one line that changes, else only at the end. */
export class Progress {
  private rows = 0;
  private readonly started = performance.now();
  private shown = 0;

  constructor(
    private readonly verb: string,
    private readonly isLive: boolean,
  ) {}

  add(rows: number): void {
    this.rows += rows;
    const now = performance.now();
    if (!this.isLive || now - this.shown < EVERY_MS) return;
    this.shown = now;
    process.stderr.write(`\r\u001b[K${this.text()}`);
  }

  /** A line beside the progress. */
  say(text: string): void {
    process.stderr.write(`${this.isLive ? '\r\u001b[K' : ''}${text}\n`);
  }

  end(more: string): void {
    this.say(`${this.text()}${more}`);
  }

  private text(): string {
    const seconds = (performance.now() - this.started) / 1000;
    const rate = Math.round(this.rows / Math.max(seconds, 0.001));
    return `${this.verb} ${this.rows.toLocaleString('en')} row${this.rows === 1 ? '' : 's'} in ${seconds.toFixed(1)} s (${rate.toLocaleString('en')} rows/s)`;
  }
}
