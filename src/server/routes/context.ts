import type { EmbeddedRegistry, Engine, Settings } from '../../engine/index.js';
import type { Clock, Logger } from '../../env/index.js';
import type { ActiveStreams } from '../active-streams.js';
import type { InputLimits } from '../input-limits.js';
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
  /** `host:port` under which other servers know this one. */
  readonly host: () => string;
  /** Whether a request may set this property. */
  readonly isValidProperty: (name: string) => boolean;
  readonly metrics: ServerMetrics;
  readonly door: Doorkeeper;
  readonly streams: ActiveStreams;
  readonly limits: InputLimits;
}
