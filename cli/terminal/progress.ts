import type { Screen } from './screen.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const EVERY_MS = 100;
const PATIENCE = 5;

/** A line that moves while an answer takes long: rows read, seconds gone. */
export class Progress {
  private readonly timer: NodeJS.Timeout | null;
  private frame = 0;
  private rows = 0;

  constructor(
    private readonly screen: Screen,
    isWanted: boolean,
  ) {
    this.timer = isWanted && screen.isTerminal ? setInterval(() => this.draw(), EVERY_MS) : null;
  }

  reached(rows: number): void {
    this.rows = rows;
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.screen.status('');
  }

  private draw(): void {
    this.frame += 1;
    if (this.frame < PATIENCE) return;
    this.screen.status(`${FRAMES[this.frame % FRAMES.length] ?? ''} ${this.rows.toLocaleString('en-US')} rows, ${((this.frame * EVERY_MS) / 1000).toFixed(1)} s`);
  }
}
