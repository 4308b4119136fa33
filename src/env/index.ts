export type { Clock, Random, Logger, LogFields, Metrics, Labels, Env } from './env.js';
