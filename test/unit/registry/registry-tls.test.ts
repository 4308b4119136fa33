import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Settings } from '../../../src/engine/config/settings.js';
import { registryClientOptions } from '../../../src/engine/open-registry.js';
import { systemClock } from '../../../src/env/index.js';
import { RegistryClient } from '../../../src/registry/index.js';
import { CERTIFICATE, KEY, KEY_STORE } from './test-certificate.js';

let server: Server;
let port = 0;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registry-tls-'));
  writeFileSync(join(folder, 'ca.pem'), CERTIFICATE);
  writeFileSync(join(folder, 'keys.pem'), KEY + CERTIFICATE);
  writeFileSync(join(folder, 'keys.p12'), KEY_STORE);
  // Tells whether the client has shown a certificate.
  server = createServer({ key: KEY, cert: CERTIFICATE, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    response.end(JSON.stringify([(request.socket as TLSSocket).authorized ? 'known' : 'unknown']));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

async function ask(settings: Readonly<Record<string, string>>, host = '127.0.0.1'): Promise<readonly string[]> {
  const named = Object.entries({ url: `https://${host}:${port}`, 'max.retries': '0', ...settings }).map(([name, value]) => [`ksql.schema.registry.${name}`, value.replace('DIR', folder)] as const);
  const client = new RegistryClient(registryClientOptions(Settings.ofServer(named), { clock: systemClock() }));
  try {
    return await client.subjects();
  } finally {
    await client.close();
  }
}

test('a certificate that nobody vouches for is refused', async () => {
  await expect(ask({})).rejects.toThrow('self-signed certificate');
});
test('certificates to trust come from a file or as text', async () => {
  expect(await ask({ 'ssl.truststore.location': 'DIR/ca.pem' })).toEqual(['unknown']);
  expect(await ask({ 'ssl.truststore.certificates': CERTIFICATE, 'ssl.truststore.type': 'PEM' })).toEqual(['unknown']);
});
test('the own certificate comes from PEM, PKCS12 or as text', async () => {
  const trust = { 'ssl.truststore.location': 'DIR/ca.pem' };
  expect(await ask({ ...trust, 'ssl.keystore.location': 'DIR/keys.pem' })).toEqual(['known']);
  expect(await ask({ ...trust, 'ssl.keystore.location': 'DIR/keys.p12', 'ssl.keystore.password': 'secret' })).toEqual(['known']);
  expect(await ask({ ...trust, 'ssl.keystore.certificate.chain': CERTIFICATE, 'ssl.keystore.key': KEY })).toEqual(['known']);
  await expect(ask({ ...trust, 'ssl.keystore.location': 'DIR/keys.jks', 'ssl.keystore.type': 'JKS' })).rejects.toThrow('PEM and PKCS12 are');
});
