import type { Engine } from '../../engine/index.js';
import type { Logger } from '../../env/index.js';

/** What routes need. */
export interface RouteContext {
  readonly engine: Engine;
  readonly logger: Logger;
  /** Settings a client may read: names and whether a request may set them. */
  readonly isValidProperty: (name: string) => boolean;
  readonly metrics: () => Promise<string>;
}
