import { connect, type ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Settings } from '../../../../src/engine/index.js';
import { silentLogger, systemClock } from '../../../../src/env/index.js';
import { ActiveStreams } from '../../../../src/server/active-streams.js';
import { createApp } from '../../../../src/server/app.js';
import { inputLimits } from '../../../../src/server/input-limits.js';
import { openDoorkeeper } from '../../../../src/server/security/open-doorkeeper.js';
import { isListed, routeAccess } from '../../../../src/server/security/route-access.js';
import { ServerMetrics } from '../../../../src/server/index.js';
import { TestServer } from '../test-server.js';
import { basic, FILES, SECURED } from './callers.js';

type Level = 'public' | 'read' | 'write' | 'admin';

// Said here again, away from the table that decides: who may call what at least. A scoped caller may call what asks for no subject.
const LEVELS: Readonly<Record<string, Level>> = {
  'GET /backup': 'admin', 'GET /livez': 'public', 'GET /readyz': 'public', 'GET /startupz': 'public', 'GET /chc/ready': 'public', 'GET /chc/live': 'public',
  'POST /ksql': 'read', 'POST /query': 'read', 'POST /query-stream': 'read', 'POST /inserts-stream': 'read', 'POST /close-query': 'read', 'POST /import': 'read', 'GET /import': 'read', 'POST /export': 'read', 'GET /ws/query': 'read', 'POST /cluster/pull': 'read',
  'POST /ksql/terminate': 'admin', 'POST /heartbeat': 'admin', 'POST /lag': 'admin',
  'GET /': 'read', 'GET /info': 'read', 'GET /healthcheck': 'read', 'GET /metrics': 'read', 'GET /openapi.json': 'read', 'GET /status': 'read', 'GET /status/:type/:entity/:action': 'read',
  'GET /clusterStatus': 'read', 'GET /v1/metadata': 'read', 'GET /v1/metadata/id': 'read', 'GET /is_valid_property/:name': 'read',
  'GET /subjects': 'read', 'POST /subjects/:subject': 'read', 'DELETE /subjects/:subject': 'write', 'GET /subjects/:subject/versions': 'read',
  'POST /subjects/:subject/versions': 'write', 'GET /subjects/:subject/versions/:version': 'read', 'GET /subjects/:subject/versions/:version/schema': 'read',
  'GET /subjects/:subject/versions/:version/referencedby': 'read', 'DELETE /subjects/:subject/versions/:version': 'write',
  'GET /schemas/types': 'read', 'GET /schemas': 'read', 'GET /schemas/ids/:id': 'read', 'GET /schemas/ids/:id/schema': 'read', 'GET /schemas/ids/:id/versions': 'read',
  'GET /schemas/ids/:id/subjects': 'read', 'GET /contexts': 'read', 'POST /compatibility/subjects/:subject/versions': 'read',
  'POST /compatibility/subjects/:subject/versions/:version': 'read', 'GET /config': 'read', 'PUT /config': 'admin', 'DELETE /config': 'admin',
  'GET /config/:subject': 'read', 'PUT /config/:subject': 'write', 'DELETE /config/:subject': 'write', 'GET /mode': 'read', 'PUT /mode': 'admin', 'DELETE /mode': 'admin',
  'GET /mode/:subject': 'read', 'PUT /mode/:subject': 'write', 'DELETE /mode/:subject': 'write',
};
const RANK: Readonly<Record<Level, number>> = { public: 0, read: 1, write: 2, admin: 3 };

/** Callers with the rank of what they may do. */
const CALLERS: readonly { readonly name: string; readonly headers: Record<string, string>; readonly rank: number; readonly isKnown: boolean }[] = [
  { name: 'anonymous', headers: {}, rank: 0, isKnown: false },
  { name: 'nonsense', headers: { authorization: 'Negotiate abc' }, rank: 0, isKnown: false },
  { name: 'no role', headers: basic('idle'), rank: 0, isKnown: true },
  { name: 'reader', headers: basic('reader'), rank: 1, isKnown: true },
  { name: 'reader by key', headers: { 'x-api-key': 'key-of-the-robot' }, rank: 1, isKnown: true },
  { name: 'writer', headers: basic('writer'), rank: 2, isKnown: true },
  { name: 'admin', headers: basic('boss'), rank: 3, isKnown: true },
];

const ROLES_FIRST = CALLERS.toSorted((left, right) => left.rank - right.rank);
let server: TestServer;

beforeAll(async () => {
  // Many refusals come from one address here; what limits them has a test of its own. So time runs fast at the door.
  let now = 0;
  server = await TestServer.open(SECURED, FILES, { clock: { ...systemClock(), monotonic: () => (now += 10_000) } });
});
afterAll(() => server.close());

async function routes(): Promise<readonly string[]> {
  const { local } = server;
  const surroundings = { settings: Settings.ofServer([]), clock: local.env.clock, logger: silentLogger };
  const door = openDoorkeeper(surroundings.settings, [], { ...surroundings, readFile: () => Buffer.alloc(0) });
  const app = await createApp({ ...surroundings, engine: local.engine, registry: local.embeddedRegistry, door, host: () => '', isValidProperty: () => true, metrics: new ServerMetrics(), streams: new ActiveStreams(), limits: inputLimits(surroundings.settings) });
  await app.close();
  return [...app.routes, 'GET /ws/query'];
}

const BODIES = ['POST', 'PUT'];
/** A path that a route answers; nothing that its parameters name exists. */
const pathOf = (route: string): string => route.slice(route.indexOf(' ') + 1).replace(/:\w+/g, '1');

async function overHttp2(session: ClientHttp2Session, method: string, path: string, headers: Record<string, string>): Promise<number> {
  const stream = session.request({ ':method': method, ':path': path, ...headers });
  const status = new Promise<number>((resolve, reject) => {
    stream.on('response', (received) => resolve(received[':status'] ?? 0));
    stream.on('error', reject);
  });
  stream.end(BODIES.includes(method) ? '{' : undefined);
  stream.resume();
  return status;
}

function overWebSocket(path: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

/** What a refused caller has to be told, or null where the route has to let it in. */
function refusal(level: Level, caller: (typeof CALLERS)[number]): number | null {
  if (RANK[level] <= caller.rank) return null;
  return caller.isKnown ? 403 : 401;
}

test('every route of the router has its place in the table, and no place is without a route', async () => {
  const all = await routes();
  const isInTable = (route: string): boolean => isListed(route.slice(0, route.indexOf(' ')), route.slice(route.indexOf(' ') + 1));
  expect(all.filter((route) => !Object.hasOwn(LEVELS, route) || !isInTable(route))).toEqual([]);
  expect(Object.keys(LEVELS).filter((route) => !all.includes(route))).toEqual([]);
});

test('a route that nobody thought of is for administrators', () => {
  expect(routeAccess('GET', '/debug')).toEqual({ operation: 'admin', on: 'server' });
  expect(routeAccess('HEAD', '/info')).toEqual(routeAccess('GET', '/info'));
});

test('endpoint × transport × role', async () => {
  const session = connect(server.url);
  const wrong: string[] = [];
  let asked = 0;
  const note = (transport: string, caller: (typeof CALLERS)[number], route: string, status: number): void => {
    asked += 1;
    const refused = refusal(LEVELS[route] ?? 'admin', caller);
    const isRight = refused === null ? ![401, 403].includes(status) : status === refused;
    if (!isRight) wrong.push(`${transport} ${caller.name} ${route}: ${status}, expected ${refused ?? 'an answer'}`);
  };
  for (const route of await routes()) {
    const method = route.slice(0, route.indexOf(' '));
    for (const caller of ROLES_FIRST) {
      if (route === 'GET /ws/query') note('ws', caller, route, await overWebSocket('/ws/query', caller.headers));
      else {
        note('h1', caller, route, (await server.send(method, pathOf(route), BODIES.includes(method) ? '{' : null, caller.headers)).status);
        note('h2', caller, route, await overHttp2(session, method, pathOf(route), caller.headers));
      }
    }
  }
  session.close();
  expect(wrong).toEqual([]);
  expect(asked).toBe(((await routes()).length - 1) * CALLERS.length * 2 + CALLERS.length);
});

test('where there is nothing to find, only those who may come in are told so', async () => {
  for (const caller of CALLERS) {
    const expected = caller.rank > 0 ? [404, 405] : caller.isKnown ? [403, 403] : [401, 401];
    expect([(await server.send('GET', '/nothing', null, caller.headers)).status, (await server.send('DELETE', '/info', null, caller.headers)).status], caller.name).toEqual(expected);
    expect(await overWebSocket('/nothing', caller.headers), caller.name).toBe(expected[0]);
  }
});
