import { machineName } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { Settings } from '../config/settings.js';

const EVERY_ADDRESS = new Set(['0.0.0.0', '[::]']);

/**
 * Where others reach this server, `scheme://host:port`: `ksql.advertised.listener`, else the first listener as it was opened, under the
 * machine's name where it listens on every address: nobody can call that. Throws RequestError for a setting that is no address.
 */
export function reachableAt(settings: Settings, listener: string): string {
  const given = settings.text('ksql.advertised.listener');
  const text = given ?? listener;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new RequestError('BAD_REQUEST', `${given === null ? 'The listener' : 'ksql.advertised.listener'} ${text} is no address`, { hint: 'Give http://HOST:PORT, as other servers reach this one.' });
  }
  if (EVERY_ADDRESS.has(url.hostname)) url.hostname = machineName();
  return url.origin;
}

/** The same before any listener is open. Null: its port is free and has still to be found, or nothing listens. */
export function advertisedListener(settings: Settings): string | null {
  const [listener = ''] = settings.list('listeners');
  if (!settings.isGiven('ksql.advertised.listener') && (!URL.canParse(listener) || new URL(listener).port === '0')) return null;
  return reachableAt(settings, listener);
}
