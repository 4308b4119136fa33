import { machineName } from '../../env/index.js';
import type { Settings } from '../config/settings.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '[::]']);

/**
 * Where other servers reach this one, `scheme://host:port`: `ksql.advertised.listener`, else the first listener, under the machine's
 * name where it listens on every address. Null: a port that is free has still to be found.
 */
export function advertisedListener(settings: Settings): string | null {
  const text = settings.text('ksql.advertised.listener') ?? settings.list('listeners')[0] ?? '';
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.port === '0') return null;
  if (EVERY_ADDRESS.has(url.hostname)) url.hostname = machineName();
  return url.origin;
}
