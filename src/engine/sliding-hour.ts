import type { Clock } from '../env/index.js';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** A sum over the last hour, to the minute. */
export class SlidingHour {
  private readonly minutes = new Float64Array(MINUTES);
  private newest: number;
  private sum = 0;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {
    this.newest = this.minute();
  }

  add(amount: number): void {
    this.moveOn();
    const place = this.newest % MINUTES;
    this.minutes[place] = (this.minutes[place] ?? 0) + amount;
    this.sum += amount;
  }

  total(): number {
    this.moveOn();
    return this.sum;
  }

  private minute(): number {
    return Math.floor(this.clock.monotonic() / MINUTE_MS);
  }

  private moveOn(): void {
    const now = this.minute();
    for (let minute = Math.max(this.newest + 1, now - MINUTES + 1); minute <= now; minute++) {
      this.sum -= this.minutes[minute % MINUTES] ?? 0;
      this.minutes[minute % MINUTES] = 0;
    }
    this.newest = Math.max(this.newest, now);
  }
}
