import type { Access, Operation } from '../../engine/index.js';

/**
 * What it takes to call a route. `public`: nothing, those who watch over servers ask for these. `statement`: the statement or the
 * target inside is asked about by the engine; the route itself wants somebody who may do anything at all.
 */
export type RouteAccess = 'public' | 'statement' | { readonly operation: Operation; readonly on: 'server' | 'subject' };

const READ: RouteAccess = { operation: 'read', on: 'server' };
const ADMIN: RouteAccess = { operation: 'admin', on: 'server' };
const READ_SUBJECT: RouteAccess = { operation: 'read', on: 'subject' };
const WRITE_SUBJECT: RouteAccess = { operation: 'write', on: 'subject' };

/** Every route there is. One that is missing here is for administrators only. */
const ROUTES: Readonly<Record<string, RouteAccess>> = {
  'GET /livez': 'public',
  'GET /readyz': 'public',
  'GET /startupz': 'public',
  'GET /chc/ready': 'public',
  'GET /chc/live': 'public',
  'POST /ksql': 'statement',
  'POST /query': 'statement',
  'POST /query-stream': 'statement',
  'POST /inserts-stream': 'statement',
  'POST /close-query': 'statement',
  'POST /import': 'statement',
  'GET /import': 'statement',
  'POST /export': 'statement',
  'GET /ws/query': 'statement',
  'POST /cluster/pull': 'statement',
  'POST /ksql/terminate': ADMIN,
  'GET /backup': ADMIN,
  'POST /heartbeat': ADMIN,
  'POST /lag': ADMIN,
  'GET /': READ,
  'GET /info': READ,
  'GET /healthcheck': READ,
  'GET /metrics': READ,
  'GET /openapi.json': READ,
  'GET /status': READ,
  'GET /status/:type/:entity/:action': READ,
  'GET /clusterStatus': READ,
  'GET /v1/metadata': READ,
  'GET /v1/metadata/id': READ,
  'GET /is_valid_property/:name': READ,
  'GET /subjects': READ,
  'POST /subjects/:subject': READ_SUBJECT,
  'DELETE /subjects/:subject': WRITE_SUBJECT,
  'GET /subjects/:subject/versions': READ_SUBJECT,
  'POST /subjects/:subject/versions': WRITE_SUBJECT,
  'GET /subjects/:subject/versions/:version': READ_SUBJECT,
  'GET /subjects/:subject/versions/:version/schema': READ_SUBJECT,
  'GET /subjects/:subject/versions/:version/referencedby': READ_SUBJECT,
  'DELETE /subjects/:subject/versions/:version': WRITE_SUBJECT,
  'GET /schemas/types': READ,
  'GET /schemas': READ,
  'GET /schemas/ids/:id': READ,
  'GET /schemas/ids/:id/schema': READ,
  'GET /schemas/ids/:id/versions': READ,
  'GET /schemas/ids/:id/subjects': READ,
  'GET /contexts': READ,
  'POST /compatibility/subjects/:subject/versions': READ_SUBJECT,
  'POST /compatibility/subjects/:subject/versions/:version': READ_SUBJECT,
  'GET /config': READ,
  'PUT /config': ADMIN,
  'DELETE /config': ADMIN,
  'GET /config/:subject': READ_SUBJECT,
  'PUT /config/:subject': WRITE_SUBJECT,
  'DELETE /config/:subject': WRITE_SUBJECT,
  'GET /mode': READ,
  'PUT /mode': ADMIN,
  'DELETE /mode': ADMIN,
  'GET /mode/:subject': READ_SUBJECT,
  'PUT /mode/:subject': WRITE_SUBJECT,
  'DELETE /mode/:subject': WRITE_SUBJECT,
};

const KNOWN_PATHS: ReadonlySet<string> = new Set(Object.keys(ROUTES).map((route) => route.slice(route.indexOf(' ') + 1)));

export const isListed = (method: string, route: string): boolean => Object.hasOwn(ROUTES, `${method} ${route}`);

/** `route` is the pattern that the router found; undefined: there is none, and whoever may read is told so. */
export function routeAccess(method: string, route: string | undefined): RouteAccess {
  if (route === undefined) return READ;
  const key = `${method === 'HEAD' ? 'GET' : method} ${route}`;
  if (Object.hasOwn(ROUTES, key)) return ROUTES[key] ?? ADMIN;
  // Another method of a known path is answered with 405.
  return KNOWN_PATHS.has(route) ? READ : ADMIN;
}

/** The right that a route asks for, on the subject in its path where it is about one. */
export function accessTo(access: Exclude<RouteAccess, 'public'>, subject: string | undefined): Access {
  if (access === 'statement') return { operation: 'read', on: 'server', name: null };
  return access.on === 'server' ? { operation: access.operation, on: 'server', name: null } : { operation: access.operation, on: 'subject', name: subject ?? null };
}
