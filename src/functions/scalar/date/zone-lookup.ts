import { rememberLast } from '../../remember-last.js';
import { zoneOf, type Zone } from '../../java-time/zone.js';

/** Looks zones up by id, keeping the last one. */
export const zoneLookup = (): ((id: string) => Zone) => rememberLast(zoneOf);
