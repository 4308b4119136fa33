export type { Clock, Random, Logger, LogFields, Metrics, Labels, Env } from './env.js';
export { bootIdentity, machineName, systemClock, systemRandom, silentLogger, silentMetrics } from './system.js';
export { manualClock, type ManualClock } from './manual-clock.js';
export { VERSION } from './version.js';
