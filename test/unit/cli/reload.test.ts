import { copyFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { freshFolder, ROOT, start, waitFor } from './command.js';

const CERTIFICATES = join(ROOT, 'test', 'unit', 'server', 'security', 'certificates');
const urlIn = (said: string): string => /ready at (\S+)/.exec(said)?.[1] ?? '';

interface Seen {
  readonly status: number;
  /** Serial number of the certificate that was shown. */
  readonly serial: string;
  readonly socket: TLSSocket;
}

function visit(url: string, user: string, agent: Agent): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(new URL('/info', url), { agent, headers: { authorization: `Basic ${btoa(user)}` }, rejectUnauthorized: false }, (answer) => {
      const socket = answer.socket as TLSSocket;
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, serial: socket.getPeerCertificate().serialNumber, socket }));
    });
    request.on('error', reject).end();
  });
}
const once = (url: string, user: string): Promise<Seen> => visit(url, user, new Agent());

test('SIGHUP reads certificate and users anew, connections stay; what does not fit changes nothing', async () => {
  const folder = freshFolder();
  const path = (name: string): string => join(folder, name);
  const bring = (name: string): void => {
    copyFileSync(join(CERTIFICATES, `${name}.pem`), path('chain.pem'));
    copyFileSync(join(CERTIFICATES, `${name}.key`), path('key.pem'));
  };
  bring('server');
  writeFileSync(path('users'), 'ann: ann,admin\n', { mode: 0o600 });
  const settings = {
    listeners: 'https://localhost:0', 'ksql.streams.state.dir': path('data'), 'ssl.keystore.location': `${path('chain.pem')},${path('key.pem')}`,
    'authentication.method': 'BASIC', 'millrace.authentication.users.file': path('users'),
  };
  const child = start(['server', ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])], { LOG_LEVEL: 'info' });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
  const url = urlIn(await waitFor(child, 'ready at '));
  const logged = async (text: string): Promise<void> => {
    while (!log.includes(text)) await new Promise((resolve) => child.stderr?.once('data', resolve));
  };
  const staying = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = await visit(url, 'ann:ann', staying);
  expect([before.status, (await once(url, 'bob:bob')).status]).toEqual([200, 401]);

  writeFileSync(path('key.pem'), 'nonsense');
  child.kill('SIGHUP');
  await logged('Nothing was read anew');
  expect(await once(url, 'ann:ann')).toMatchObject({ status: 200, serial: before.serial });

  bring('renewed');
  writeFileSync(path('users'), 'bob: bob,admin\n', { mode: 0o600 });
  child.kill('SIGHUP');
  await logged('were read anew');
  const after = await once(url, 'bob:bob');
  expect([after.status, after.serial === before.serial]).toEqual([200, false]);
  // The connection from before is still there; who may use it is asked anew.
  const again = await visit(url, 'ann:ann', staying);
  expect([again.status, again.socket === before.socket]).toEqual([401, true]);
  staying.destroy();
});
