import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Settings } from '../../../src/engine/index.js';
import { basicAuth } from '../../../src/server/index.js';
import { TestServer, until } from './test-server.js';

const USERS = '# users\nann: secret,admin,dev\nbob: MD5:5ebe2294ecd0e0f08eab7690d2a6ee69,guest\n\nnonsense\n';
const header = (name: string, password: string): string => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const gate = (more: Readonly<Record<string, string>> = {}) =>
  basicAuth(Settings.ofServer(Object.entries({ 'authentication.method': 'BASIC', 'millrace.authentication.users.file': 'users', ...more })), () => USERS);

test('known users may call, others may not', () => {
  const check = gate();
  expect(check?.('/ksql', header('ann', 'secret'))).toBeUndefined();
  expect(check?.('/ksql', header('bob', 'secret'))).toBeUndefined();
  for (const wrong of [undefined, 'Bearer x', 'Basic !', header('ann', 'wrong'), header('nobody', 'nobody'), header('', ''), header('bob', '5ebe2294ecd0e0f08eab7690d2a6ee69')]) {
    expect(() => check?.('/ksql', wrong)).toThrow('Unauthorized');
  }
});

test('roles and open paths', () => {
  const check = gate({ 'authentication.roles': 'admin', 'authentication.skip.paths': '/info,/status*' });
  expect(check?.('/ksql', header('ann', 'secret'))).toBeUndefined();
  expect(() => check?.('/ksql', header('bob', 'secret'))).toThrow('forbidden');
  for (const path of ['/livez', '/chc/ready', '/info', '/status/stream/x/create']) expect(check?.(path, undefined)).toBeUndefined();
  expect(() => check?.('/information', undefined)).toThrow('Unauthorized');
});

test('settings that cannot be are refused; none means no gate', () => {
  expect(basicAuth(Settings.ofServer([]), () => '')).toBeNull();
  expect(() => basicAuth(Settings.ofServer([['authentication.method', 'BEARER']]), () => '')).toThrow('is not known');
  expect(() => basicAuth(Settings.ofServer([['authentication.method', 'BASIC']]), () => '')).toThrow('needs users');
});

test('over HTTP and WebSocket', async () => {
  const server = await TestServer.open({}, gate());
  const refused = await server.post('/ksql', { ksql: 'SHOW STREAMS;' });
  expect([refused.status, refused.headers['www-authenticate'], JSON.parse(refused.text)]).toMatchObject([401, 'Basic realm="millrace"', { '@type': 'generic_error', error_code: 40100 }]);
  expect((await server.post('/ksql', { ksql: 'SHOW STREAMS;' }, { authorization: header('ann', 'secret') })).status).toBe(200);
  expect((await server.send('GET', '/readyz')).status).toBe(200);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query`);
  await expect(new Promise((_resolve, reject) => socket.on('error', reject))).rejects.toThrow('401');
  await server.close();
});

test('a silent answer is kept alive by blank lines where that was asked for', async () => {
  const server = await TestServer.open();
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const answer = await server.start('POST', '/query-stream', '{"sql":"SELECT * FROM s EMIT CHANGES;","requestProperties":{"millrace.keep.alive.ms":10}}').response;
  let text = '';
  answer.on('data', (chunk) => (text += String(chunk)));
  await until(() => text.endsWith('\n\n\n'), 5000);
  answer.destroy();
  await server.close();
});
