import { silentLogger, type Clock, type Logger, type Random } from '../../env/index.js';
import { LogBroker, type LocalBroker } from '../log/log-broker.js';
import { LogState } from '../log/log-state.js';
import { MemoryStorage } from './memory-storage.js';

export interface MemoryBrokerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger?: Logger;
  readonly cacheBytes?: number;
  readonly diskLimitBytes?: number | null;
}

/** The whole contract in memory, deterministic: same calls and same random numbers, same offsets and identities. */
export function createMemoryBroker(options: MemoryBrokerOptions): LocalBroker {
  return LogBroker.over(new MemoryStorage(), new LogState(), { ...options, logger: options.logger ?? silentLogger });
}
