import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Settings } from '../../../../src/engine/index.js';
import { manualClock, systemClock, type Logger } from '../../../../src/env/index.js';
import { openDoorkeeper } from '../../../../src/server/security/open-doorkeeper.js';
import { parseRules } from '../../../../src/server/security/rules.js';
import { TestServer } from '../test-server.js';
import { basic, FILES, SECURED } from './callers.js';

let keys: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
let others: typeof keys;
let jwks: string;
beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  others = await generateKeyPair('ES256');
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] });
});

const NOW = 1_800_000_000;
interface TokenOptions {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expiresAt?: number;
  readonly key?: CryptoKey;
  readonly kid?: string;
}
const token = ({ claims = { roles: ['read'] }, issuer = 'https://issuer', audience = 'millrace', expiresAt = NOW + 60, key = keys.privateKey, kid = 'one' }: TokenOptions = {}): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).setSubject('tina').setIssuer(issuer).setAudience(audience).setIssuedAt(NOW).setExpirationTime(expiresAt).sign(key);

const JWT = {
  'authentication.method': 'JWT', 'millrace.authentication.jwt.jwks': 'jwks', 'millrace.authentication.jwt.issuer': 'https://issuer', 'millrace.authentication.jwt.audience': 'millrace',
};
const at = (seconds: number) => ({ ...systemClock(), now: () => seconds * 1000 });
const show = { ksql: 'SHOW STREAMS;' };
const bearer = (text: string): Record<string, string> => ({ authorization: `Bearer ${text}` });

test('users by name and password', async () => {
  const server = await TestServer.open({ 'authentication.method': 'BASIC', 'millrace.authentication.users.file': 'users', 'authentication.skip.paths': '/info,/status*' }, FILES);
  const refused = await server.post('/ksql', show);
  expect([refused.status, refused.headers['www-authenticate'], JSON.parse(refused.text)]).toMatchObject([401, 'Basic realm="millrace"', { '@type': 'generic_error', error_code: 40100 }]);
  // As in ksqlDB, BASIC alone lets every user do everything.
  for (const headers of [basic('idle'), basic('md5er', 'secret')]) expect((await server.post('/ksql', { ksql: 'CREATE TYPE IF NOT EXISTS t AS STRING;' }, headers)).status).toBe(200);
  for (const headers of [bearer('x'), { authorization: 'Basic !' }, basic('reader', 'wrong'), basic('nobody'), basic(''), basic('md5er', '5ebe2294ecd0e0f08eab7690d2a6ee69')]) {
    expect((await server.post('/ksql', show, headers)).status).toBe(401);
  }
  expect([(await server.send('GET', '/info')).status, (await server.send('GET', '/status')).status, (await server.send('GET', '/v1/metadata')).status]).toEqual([200, 200, 401]);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query`);
  await expect(new Promise((_resolve, reject) => socket.on('error', reject))).rejects.toThrow('401');
  await server.close();
});

test('roles that may come in at all', async () => {
  const server = await TestServer.open({ 'authentication.method': 'BASIC', 'millrace.authentication.users.file': 'users', 'authentication.roles': 'admin' }, FILES);
  expect([(await server.post('/ksql', show, basic('boss'))).status, (await server.post('/ksql', show, basic('reader'))).status]).toEqual([200, 403]);
  await server.close();
});

test('programs by a key, of which the file holds the hash only', async () => {
  const server = await TestServer.open({ 'authentication.method': 'API_KEY', 'millrace.authentication.keys.file': 'keys' }, FILES);
  expect((await server.post('/ksql', show)).headers['www-authenticate']).toBe('Bearer realm="millrace"');
  const hash = createHash('sha256').update('key-of-the-robot').digest('hex');
  const cases: readonly (readonly [Record<string, string>, number])[] = [
    [{ 'x-api-key': 'key-of-the-robot' }, 200], [bearer('key-of-the-robot'), 200], [{ 'x-api-key': 'other' }, 401], [{ 'x-api-key': '' }, 401], [{ 'x-api-key': hash }, 401],
    [basic('robot', 'key-of-the-robot'), 401], [{ 'x-api-key': 'other', ...bearer('key-of-the-robot') }, 401],
  ];
  for (const [headers, status] of cases) expect((await server.post('/ksql', show, headers)).status, JSON.stringify(headers)).toBe(status);
  // Without a file of rules, roles mean what they are called.
  expect((await server.post('/ksql', { ksql: 'CREATE TYPE t AS STRING;' }, bearer('key-of-the-robot'))).status).toBe(403);
  await server.close();
});

test('tokens: signature, issuer, audience, time, roles', async () => {
  const server = await TestServer.open(JWT, { jwks }, { clock: at(NOW) });
  const status = async (text: string, sql = show.ksql): Promise<number> => (await server.post('/ksql', { ksql: sql }, bearer(text))).status;
  expect(await status(await token())).toBe(200);
  expect(await status(await token(), 'CREATE TYPE t AS STRING;')).toBe(403);
  expect(await status(await token({ claims: { roles: 'read write' } }), 'CREATE TYPE t AS STRING;')).toBe(200);
  expect(await status(await token({ claims: {} }))).toBe(403);
  expect(await status(await token({ claims: { roles: ['user:tina', 'everyone'] } }))).toBe(403);
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await token()).split('.')[1] ?? ''}.`;
  const hmac = await new SignJWT({ roles: ['admin'] }).setProtectedHeader({ alg: 'HS256', kid: 'one' }).setIssuer('https://issuer').setAudience('millrace').setExpirationTime(NOW + 60).sign(Buffer.from(jwks));
  const wrong = [
    await token({ issuer: 'https://other' }), await token({ audience: 'other' }), await token({ expiresAt: NOW - 61 }), await token({ key: others.privateKey }), await token({ kid: 'two' }),
    unsigned, hmac, `${await token()}x`, 'a.b.c', `${'a'.repeat(20_000)}.b.c`,
  ];
  for (const [index, each] of wrong.entries()) expect(await status(each), String(index)).toBe(401);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query?access_token=${await token()}&request=${encodeURIComponent('{"ksql":"SHOW STREAMS;"}')}`);
  expect(await new Promise((resolve) => socket.on('close', (code) => resolve(code)))).toBe(1003);
  await server.close();
});

test('keys from an address: read once, read again for a key that is new, never through a redirect', async () => {
  let asked = 0;
  let answer = jwks;
  const issuer = createServer((request, response) => {
    asked += 1;
    if (request.url === '/moved') response.writeHead(302, { location: '/keys' }).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const address = issuer.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const clock = manualClock(NOW * 1000);
  const server = await TestServer.open({ ...JWT, 'millrace.authentication.jwt.jwks': `${base}/keys` }, {}, { clock });
  const status = async (text: string): Promise<number> => (await server.post('/ksql', show, bearer(text))).status;
  expect([await status(await token()), await status(await token()), asked]).toEqual([200, 200, 1]);
  answer = JSON.stringify({ keys: [{ ...(await exportJWK(others.publicKey)), kid: 'two', alg: 'ES256' }] });
  const rotated = await token({ key: others.privateKey, kid: 'two', expiresAt: NOW + 3600 });
  expect([await status(rotated), asked]).toEqual([401, 1]);
  await clock.advance(31_000);
  expect([await status(rotated), asked]).toEqual([200, 2]);
  const moved = await TestServer.open({ ...JWT, 'millrace.authentication.jwt.jwks': `${base}/moved` }, {}, { clock });
  const failed = await moved.post('/ksql', show, bearer(rotated));
  expect([failed.status, failed.text.includes(base)]).toEqual([503, false]);
  await Promise.all([server.close(), moved.close()]);
  issuer.close();
});

test('users and rules are read anew while the server runs; what does not fit changes nothing', async () => {
  const files: Record<string, string> = { ...FILES };
  const server = await TestServer.open(SECURED, files);
  const status = async (): Promise<number> => (await server.post('/ksql', show, basic('newcomer'))).status;
  expect(await status()).toBe(401);
  files['users'] = 'newcomer: newcomer,read';
  files['rules'] = 'nonsense';
  expect(() => server.server.reload()).toThrow('Line 1');
  expect([await status(), (await server.post('/ksql', show, basic('reader'))).status]).toEqual([401, 200]);
  files['rules'] = 'read: read';
  server.server.reload();
  expect([await status(), (await server.post('/ksql', show, basic('reader'))).status]).toEqual([200, 401]);
  await server.close();
});

test('failures are limited by address and logged without what was tried', async () => {
  const lines: string[] = [];
  const logger: Logger = { debug: () => undefined, info: () => undefined, warn: (message, fields) => void lines.push(JSON.stringify([message, fields])), error: () => undefined, child: () => logger };
  const clock = manualClock();
  const server = await TestServer.open(SECURED, FILES, { clock, logger });
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 25; attempt += 1) statuses.push((await server.post('/ksql', show, basic('reader', `guess-${attempt}`))).status);
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), ...Array.from({ length: 5 }, () => 429)]);
  const right = await server.post('/ksql', show, basic('reader'));
  expect([right.status, right.headers['retry-after']]).toEqual([429, '1']);
  expect((await server.send('GET', '/livez')).status).toBe(200);
  await clock.advance(3001);
  expect((await server.post('/ksql', show, basic('reader'))).status).toBe(200);
  expect([lines.length, lines.some((line) => /guess|reader|Basic/.test(line))]).toEqual([20, false]);
  await server.close();
});

test('settings that cannot be are refused', () => {
  const open = (settings: Readonly<Record<string, string>>): unknown =>
    openDoorkeeper(Settings.ofServer(Object.entries(settings)), [], { readFile: () => Buffer.from('robot: plain,read'), clock: systemClock(), logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => expect.fail() } });
  expect(() => open({ 'authentication.method': 'DIGEST' })).toThrow('is not known');
  expect(() => open({ 'authentication.method': 'BASIC' })).toThrow('needs millrace.authentication.users.file');
  expect(() => open({ 'authentication.method': 'API_KEY', 'millrace.authentication.keys.file': 'keys' })).toThrow('not hashed');
  expect(() => open({ ...JWT, 'millrace.authentication.jwt.audience': '' })).toThrow('audience');
  expect(() => open({ ...JWT, 'millrace.authentication.jwt.jwks': 'http://issuer.example/keys' })).toThrow('https');
  expect(() => open({ 'millrace.authorization.rules.file': 'rules' })).toThrow('who calls');
  for (const line of ['read', 'a: reads', 'a: read tables X', 'a: admin sources X', 'a: write sources', 'a b: read']) expect(() => parseRules(line), line).toThrow('Line 1');
});
