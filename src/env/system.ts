import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { Clock, Logger, Metrics, Random } from './env.js';

/** The real clock, timers and randomness. Programs create these once, in their composition; nothing else may. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    },
    yieldTurn: async () => {
      await turn();
    },
  };
}

export function systemRandom(): Random {
  return {
    next: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    bytes: (length) => randomBytes(length),
  };
}

/** Drops everything: the library's default. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

export const silentMetrics: Metrics = { count: () => undefined, gauge: () => undefined, observe: () => undefined };

/** The name of this machine on its network. */
export function machineName(): string {
  return hostname();
}

/** Changes with every boot of the machine; empty where the system does not tell. */
export function bootIdentity(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
