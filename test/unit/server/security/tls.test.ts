import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Settings } from '../../../../src/engine/index.js';
import { RequestError } from '../../../../src/errors/index.js';
import { cipherName, readTlsSettings } from '../../../../src/server/tls/tls-settings.js';
import { TestServer } from '../test-server.js';

const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'certificates', name));
const FILES = Object.fromEntries(['ca.pem', 'server.pem', 'server.key', 'server-encrypted.key', 'server.p12', 'legacy.p12', 'trust.p12', 'renewed.pem', 'renewed.key'].map((name) => [name, file(name)]));
const PEM = { 'ssl.keystore.location': 'server.pem, server.key' };
const MUTUAL = { ...PEM, 'ssl.truststore.location': 'ca.pem' };
const ca = file('ca.pem');
const ROBOT = { cert: file('robot.pem'), key: file('robot.key') };
const STRANGER = { cert: file('stranger.pem'), key: file('stranger.key') };

const open = (properties: Readonly<Record<string, string>>, files: Readonly<Record<string, string | Buffer>> = FILES, listeners = ['https://localhost:0']): Promise<TestServer> =>
  TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest', ...properties }, files, { listeners });

interface Client {
  readonly cert?: Buffer;
  readonly key?: Buffer;
}
interface Got {
  readonly status: number;
  readonly text: string;
}

function get(url: string, path: string, options: Client & { readonly headers?: Record<string, string>; readonly servername?: string } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(new URL(path, url), { ca, agent: false, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end();
  });
}

async function getHttp2(url: string, path: string, options: Client = {}): Promise<Got> {
  const session = connectHttp2(url, { ca, ...options });
  const failed = new Promise<never>((_resolve, reject) => {
    session.on('error', reject);
    session.on('close', () => reject(new Error('closed')));
  });
  failed.catch(() => undefined);
  const stream = session.request({ ':path': path });
  stream.on('error', () => undefined);
  const answered = new Promise<Got>((resolve) => {
    let status = 0;
    let text = '';
    stream.on('response', (headers) => (status = headers[':status'] ?? 0));
    stream.on('data', (chunk) => (text += String(chunk)));
    stream.on('end', () => resolve({ status, text }));
  });
  try {
    return await Promise.race([answered, failed]);
  } finally {
    session.destroy();
  }
}

async function overWebSocket(url: string, options: Client = {}): Promise<string> {
  const socket = new WebSocket(`${url.replace('https', 'wss')}/ws/query?request=${encodeURIComponent('{"ksql":"SELECT * FROM s;"}')}`, { ca, ...options });
  return new Promise((resolve, reject) => {
    const frames: string[] = [];
    socket.on('message', (frame) => frames.push(String(frame)));
    socket.on('close', (code, reason) => resolve(`${frames.length} ${code} ${String(reason)}`));
    socket.on('error', reject);
  });
}

/** What comes back at all: with TLS 1.3 a client learns after its handshake that it is not welcome. */
async function answered(url: string, protocol: string, client: Client): Promise<string> {
  const socket = connectTls({ port: Number(new URL(url).port), host: 'localhost', ca, ALPNProtocols: [protocol], ...client });
  socket.write(protocol === 'h2' ? 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0' : 'GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      resolve(String(chunk));
      socket.destroy();
    });
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(''));
  });
}

const STREAM = "CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');";

test('HTTP/1.1, HTTP/2 by ALPN and WebSocket over one port', async () => {
  const server = await open(PEM);
  await server.run(`${STREAM} INSERT INTO s (v) VALUES (1);`);
  expect((await get(server.url, '/info')).status).toBe(200);
  expect((await getHttp2(server.url, '/info')).text).toContain('KsqlServerInfo');
  expect(await overWebSocket(server.url)).toBe('2 1000 done');
  const session = connectHttp2(server.url, { ca });
  await new Promise((resolve) => session.once('connect', resolve));
  expect([session.alpnProtocol, session.encrypted]).toEqual(['h2', true]);
  session.close();
  await server.close();
});

test('clients that negotiate nothing may speak either protocol; without TLS there is no answer', async () => {
  const server = await open(PEM);
  const { port } = new URL(server.url);
  const raw = connectTls({ port: Number(port), host: 'localhost', ca });
  raw.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of raw) text += String(chunk);
  expect(text).toContain('200 OK');
  const plain = httpRequest(`http://localhost:${port}/livez`, { agent: false });
  plain.end();
  await expect(new Promise((resolve, reject) => plain.on('response', resolve).on('error', reject))).rejects.toThrow();
  await server.close();
});

test('what is older than TLS 1.2 is not spoken; versions and ciphers can be narrowed', async () => {
  const server = await open({ ...PEM, 'ssl.enabled.protocols': 'TLSv1.2', 'ssl.cipher.suites': 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' });
  const handshake = (options: ConnectionOptions): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ port: Number(new URL(server.url).port), host: 'localhost', ca, ...options }, () => {
        resolve(`${socket.getProtocol() ?? ''} ${socket.getCipher().name}`);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  expect(await handshake({})).toBe('TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384');
  await expect(handshake({ minVersion: 'TLSv1.3' })).rejects.toThrow();
  await expect(handshake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
  await server.close();
  expect(['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'TLS_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'].map(cipherName)).toEqual([
    'ECDHE-RSA-AES128-SHA256', 'AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305', 'TLS_AES_128_GCM_SHA256',
  ]);
});

test('clients by certificate: required, requested, of a stranger', async () => {
  const required = await open({ ...MUTUAL, 'ssl.client.authentication': 'REQUIRED' });
  for (const call of [get, getHttp2]) expect((await call(required.url, '/info', ROBOT)).status).toBe(200);
  for (const protocol of ['h2', 'http/1.1']) {
    for (const client of [{}, STRANGER]) expect(await answered(required.url, protocol, client)).toBe('');
    expect(await answered(required.url, protocol, ROBOT)).not.toBe('');
  }
  await expect(overWebSocket(required.url, STRANGER)).rejects.toThrow();
  await required.close();
  const old = await open({ ...MUTUAL, 'ssl.client.auth': 'true' });
  await expect(get(old.url, '/info')).rejects.toThrow();
  await old.close();
  const requested = await open({ ...MUTUAL, 'ssl.client.authentication': 'REQUESTED' });
  expect([(await get(requested.url, '/info')).status, (await get(requested.url, '/info', STRANGER)).status]).toEqual([200, 200]);
  await requested.close();
});

test('a verified certificate names its owner, whom the rules know', async () => {
  const server = await open({ ...MUTUAL, 'ssl.client.authentication': 'REQUESTED', 'authentication.method': 'CERTIFICATE', 'millrace.authorization.rules.file': 'rules' }, { ...FILES, rules: 'user:robot: read' });
  await server.run(STREAM);
  for (const call of [get, getHttp2]) expect([(await call(server.url, '/info', ROBOT)).status, (await call(server.url, '/info')).status, (await call(server.url, '/info', STRANGER)).status]).toEqual([200, 401, 401]);
  expect(await overWebSocket(server.url, ROBOT)).toBe('1 1000 done');
  await expect(overWebSocket(server.url, STRANGER)).rejects.toThrow('401');
  await server.close();
});

test('stores: PKCS12, a key with a password, inline PEM; those that cannot be read say how to convert them', () => {
  const read = (properties: Readonly<Record<string, string>>): unknown => readTlsSettings(Settings.ofServer(Object.entries(properties)), (path) => (path === 'java.jks' ? Buffer.from('feedfeed00000002', 'hex') : (FILES[path] ?? Buffer.from('?'))));
  const password = { 'ssl.keystore.password': 'store-password' };
  expect(read({ 'ssl.keystore.location': 'server.p12', ...password })).toMatchObject({ clients: 'NONE' });
  expect(read({ 'ssl.keystore.location': 'server.pem,server-encrypted.key', 'ssl.key.password': 'key-password' })).toBeDefined();
  expect(read({ 'ssl.keystore.key': String(FILES['server.key']), 'ssl.keystore.certificate.chain': String(FILES['server.pem']) })).toBeDefined();
  const refusals: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
    [{}, 'needs a certificate', 'ssl.keystore.location'],
    [{ 'ssl.keystore.location': 'java.jks' }, 'JKS store', 'keytool -importkeystore'],
    [{ 'ssl.keystore.location': 'nonsense' }, 'neither PEM nor PKCS12', 'PEM'],
    [{ 'ssl.keystore.location': 'server.pem' }, 'no private key', 'both'],
    [{ 'ssl.keystore.location': 'server.p12', 'ssl.keystore.password': 'wrong' }, 'do not fit', 'password'],
    [{ 'ssl.keystore.location': 'legacy.p12', ...password }, 'do not fit', 'old way'],
    [{ 'ssl.keystore.location': 'server.pem,renewed.key' }, 'do not fit', 'belong together'],
    [{ ...PEM, 'ssl.truststore.location': 'trust.p12' }, 'truststore', 'openssl pkcs12'],
    [{ ...PEM, 'ssl.client.authentication': 'REQUIRED' }, 'whose certificates', 'ssl.truststore.location'],
    [{ ...MUTUAL, 'ssl.client.authentication': 'MAYBE' }, 'not known', 'REQUESTED'],
    [{ ...PEM, 'ssl.enabled.protocols': 'TLSv1.1' }, 'not offered', 'TLSv1.2'],
  ];
  for (const [properties, message, hint] of refusals) {
    let refused: unknown = null;
    try {
      read(properties);
    } catch (error) {
      refused = error;
    }
    const told = refused instanceof RequestError ? [refused.code, refused.message.includes(message), refused.hint?.includes(hint)] : [];
    expect(told, message).toEqual(['BAD_REQUEST', true, true]);
    expect(String(refused), message).not.toMatch(/store-password|wrong|BEGIN/);
  }
});

test('several listeners at once, and new certificates without a restart', async () => {
  const files: Record<string, string | Buffer> = { ...FILES };
  const server = await open(PEM, files, ['http://127.0.0.1:0', 'https://127.0.0.1:0']);
  const [plain = '', secure = ''] = server.server.urls;
  expect([plain.slice(0, 5), secure.slice(0, 6), (await server.send('GET', '/livez')).status, (await get(secure, '/livez')).status]).toEqual(['http:', 'https:', 200, 200]);
  const owner = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ port: Number(new URL(secure).port), host: '127.0.0.1', ca }, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  expect(await owner()).toBe('localhost');
  files['server.pem'] = file('renewed.pem');
  expect(() => server.server.reload()).toThrow('do not fit');
  expect(await owner()).toBe('localhost');
  files['server.key'] = file('renewed.key');
  server.server.reload();
  expect(await owner()).toBe('renewed');
  await server.close();
});

test('the name of the handshake must be the one of the request, where that is asked for', async () => {
  const server = await open({ ...PEM, 'ksql.server.sni.check.enable': 'true' });
  expect((await get(server.url, '/info')).status).toBe(200);
  const { status, text } = await get(server.url, '/info', { headers: { host: '127.0.0.1' }, servername: 'localhost' });
  expect([status, text.includes('"error_code":42100')]).toEqual([421, true]);
  await server.close();
});
