import type { Clock } from '../env/index.js';

const PULSE_MS = 1500;
/** So many looks may pass without an answer: what a client is doing may keep it for seconds. */
const MAX_MISSED = 3;

/** Whether the other end of a connection still answers. */
export class Pulse {
  private missed = 0;
  private isAsked = false;

  /** `ask` sends a question that every client answers by itself, and calls back with the answer. */
  constructor(private readonly ask: (answered: () => void) => void) {}

  /** False: it has not answered for too long. */
  beat(): boolean {
    if (this.isAsked) {
      this.missed += 1;
      return this.missed < MAX_MISSED;
    }
    this.isAsked = true;
    this.missed = 0;
    this.ask(() => (this.isAsked = false));
    return true;
  }
}

/** Calls `look` at the pace of pulses until the signal comes. */
export async function everyPulse(clock: Clock, signal: AbortSignal, look: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(PULSE_MS, signal).catch(() => undefined);
    // Where this process was busy itself, answers are there and not yet read.
    await clock.yieldTurn();
    await clock.yieldTurn();
    if (!signal.aborted) look();
  }
}
