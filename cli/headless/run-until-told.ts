import { EXIT } from '../exit-codes.js';

/** Resolves at the first SIGTERM or SIGINT; the second one ends the process at once. */
export function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(EXIT.interrupted);
        asked = true;
        resolve();
      });
    }
  });
}
