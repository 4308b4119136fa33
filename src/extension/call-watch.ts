/**
 * Shared memory by which another thread sees whether a user's code comes back. Three words:
 * 0 counts turns of the event loop; 1 counts calls, odd while one runs; 2 says which function it is.
 */
export type WatchWords = Int32Array;
export const WATCH_BYTES = 12;
const BEAT = 0;
const CALLS = 1;
const WHICH = 2;

/** The end in the thread that runs user code. */
export class CallWatch {
  private calls = 0;

  constructor(private readonly words: WatchWords) {}

  /** The event loop has come round. */
  beat(): void {
    Atomics.add(this.words, BEAT, 1);
  }

  // Plain stores: this is done for every call, only this thread writes, and who reads looks again soon.
  enter(which: number): void {
    this.words[WHICH] = which;
    this.words[CALLS] = ++this.calls;
  }

  leave(): void {
    this.words[CALLS] = ++this.calls;
  }
}

/** What the watching thread reads. */
export interface WatchReading {
  readonly beat: number;
  readonly calls: number;
  readonly which: number;
}

export function readWatch(words: WatchWords): WatchReading {
  return { beat: Atomics.load(words, BEAT), calls: Atomics.load(words, CALLS), which: Atomics.load(words, WHICH) };
}

export const isInCall = ({ calls }: WatchReading): boolean => (calls & 1) === 1;
