import type { EmbeddedRegistry, Engine, Settings } from '../../engine/index.js';
import type { Clock, Logger } from '../../env/index.js';
import type { ActiveStreams } from '../active-streams.js';
import type { ServerMetrics } from '../metrics.js';
import type { Doorkeeper } from '../security/doorkeeper.js';

/** What routes need. */
export interface RouteContext {
  readonly engine: Engine;
  readonly settings: Settings;
  /** Served to other programs; null or absent: this server keeps none. */
  readonly registry?: EmbeddedRegistry | null;
  /** The queries come from a file: no statements and no queries over REST. */
  readonly headless?: boolean;
  /** Bytes of a backup of the data folder; absent: there is nothing to back up. */
  readonly backup?: () => Promise<AsyncGenerator<Buffer>>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** `host:port` of the first listener. */
  readonly host: () => string;
  /** Whether a request may set this property. */
  readonly isValidProperty: (name: string) => boolean;
  readonly metrics: ServerMetrics;
  readonly door: Doorkeeper;
  readonly streams: ActiveStreams;
}

/** Longest body of a request that is read as a whole. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
/** Longest row of a stream of rows: what a topic takes by default. */
export const ROW_LIMIT_BYTES = 1024 * 1024;
