import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LogFields, Logger } from '../../../../src/env/index.js';
import { systemClock } from '../../../../src/env/index.js';
import { TestServer } from '../test-server.js';
import { basic } from './callers.js';

let planted = 0;
/** Texts that must not turn up anywhere. */
const secret = (): string => `S3CRET-${planted++}-x`;
const secrets = (): readonly string[] => Array.from({ length: planted }, (_, index) => `S3CRET-${index}-x`);

const SETTINGS = {
  'ssl.keystore.password': secret(), 'ssl.key.password': secret(), 'ssl.truststore.password': secret(), 'ssl.keystore.key': secret(), 'sasl.jaas.config': `org.x required password="${secret()}";`,
  'ksql.streams.sasl.jaas.config': secret(), 'ksql.schema.registry.basic.auth.user.info': `user:${secret()}`, 'ksql.schema.registry.ssl.keystore.password': secret(),
  'ksql.connect.basic.auth.user.info': `user:${secret()}`, 'ksql.functions.f.api.key': secret(), 'ksql.functions.f.token': secret(), 'ksql.internal.ssl.key.passphrase': secret(),
  'ksql.functions.f.endpoint': `https://user:${secret()}@example.org/?api_key=${secret()}`,
};
const CONFIG: Readonly<Record<string, string>> = {
  'connection.password': secret(), 'aws.secret.access.key': secret(), 'api.key': secret(), 'private_key': secret(), 'sasl.jaas.config': secret(), 'oauth.token': secret(), 'http.credentials': secret(),
  'ssl.key.passphrase': secret(), 'connection.url': `jdbc:x://host/db?user=u&password=${secret()}`, 'source.url': `https://u:${secret()}@host/`,
};
const WITH = Object.entries(CONFIG).map(([name, value]) => `'${name}'='${value}'`).join(', ');
const USER = secret();
const HEADER = secret();
const TOKEN = secret();

const kept: string[] = [];
const keep = (message: string, fields?: LogFields): void => void kept.push(JSON.stringify([message, fields]));
const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
const answers: string[] = [];

let connect: Server;
let server: TestServer;
beforeAll(async () => {
  // A Connect cluster that takes one connector and refuses the next, each time with everything it was given.
  let asked = 0;
  connect = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const given: unknown = body === '' ? {} : JSON.parse(body);
      const config: unknown = typeof given === 'object' && given !== null && 'config' in given ? given.config : CONFIG;
      if (request.method === 'POST' && asked++ > 0) response.writeHead(400).end(JSON.stringify({ message: `Invalid configuration: ${Object.entries(CONFIG).map((each) => each.join('=')).join(', ')}` }));
      else if (request.url === '/connectors' && request.method === 'GET') response.end('["c"]');
      else response.end(JSON.stringify({ name: 'c', type: 'source', config, tasks: [], connector: { state: 'RUNNING', worker_id: 'w' } }));
    });
  });
  await new Promise<void>((resolve) => connect.listen(0, '127.0.0.1', resolve));
  const address = connect.address();
  const properties = {
    ...SETTINGS, 'ksql.connect.url': `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    'authentication.method': 'BASIC', 'millrace.authentication.users.file': 'users',
  };
  server = await TestServer.open(properties, { users: `ann: ${USER},admin` }, { logger, clock: systemClock() });
});
afterAll(async () => {
  await server.close();
  connect.close();
});

async function ask(path: string, body: object): Promise<number> {
  const { status, text } = await server.post(path, body, basic('ann', USER));
  answers.push(text);
  return status;
}

test('thirty secrets: none in answers, logs, topics or metrics', async () => {
  const run = (ksql: string, more: object = {}): Promise<number> => ask('/ksql', { ksql, ...more });
  expect(await run(`CREATE SOURCE CONNECTOR c WITH ('connector.class'='x', ${WITH});`)).toBe(200);
  expect(answers.at(-1)).toContain('[hidden]');
  expect(await run(`CREATE SOURCE CONNECTOR d WITH ('connector.class'='x', ${WITH});`)).toBe(500);
  expect(answers.at(-1)).toContain('Invalid configuration');
  // Known by their names where the text means nothing, too.
  expect(await run(`CREATE SOURCE CONNECTOR WITH (${WITH}`)).toBe(400);
  expect(await run(`CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json', ${WITH});`)).toBe(400);
  expect(await run(`SET 'ssl.key.password'='${secret()}';`)).toBe(400);
  expect(await run(`SET 'sasl.jaas.config'='${secret()}'; SHOW PROPERTIES;`)).toBe(400);
  expect(await run(`ALTER SYSTEM 'ssl.key.password'='${secret()}';`)).not.toBe(200);
  expect(await run(`DEFINE password='${secret()}'; SHOW VARIABLES;`)).toBe(200);
  expect(await run('SHOW VARIABLES;', { sessionVariables: { db_password: secret() } })).toBe(200);
  expect(await run('SHOW STREAMS;', { streamsProperties: { 'ssl.truststore.password': secret() } })).toBe(400);
  expect(await run("CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', partitions=1, value_format='json'); CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;")).toBe(200);
  for (const sql of ['SHOW PROPERTIES;', 'SHOW QUERIES;', 'SHOW QUERIES EXTENDED;', 'SHOW STREAMS EXTENDED;', 'EXPLAIN CTAS_T_1;', 'DESCRIBE t EXTENDED;', 'SHOW CONNECTORS;', 'DESCRIBE CONNECTOR c;']) await run(sql);
  await ask('/query', { ksql: `SELECT * FROM t WHERE password = '${secret()}'` });
  expect((await server.post('/ksql', { ksql: 'SHOW STREAMS;' }, basic('ann', HEADER))).status).toBe(401);
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query?access_token=${TOKEN}`);
  await new Promise((resolve) => socket.on('error', resolve));
  for (const path of ['/metrics', '/status', '/info', '/clusterStatus']) answers.push((await server.send('GET', path, null, basic('ann', USER))).text);
  await server.local.engine.whenIdle();

  expect(planted).toBeGreaterThanOrEqual(30);
  const topics = await topicBytes();
  expect(topics).toContain('CTAS_T');
  const places: readonly (readonly [string, string])[] = [['answers', answers.join('\n')], ['logs', kept.join('\n')], ['topics', topics]];
  expect(places.flatMap(([place, text]) => secrets().filter((each) => text.includes(each)).map((each) => `${each} in ${place}`))).toEqual([]);
  expect(answers.filter((text) => /node_modules|file:\/\/|\.[cm]?[jt]s:\d+|\n\s+at \S+ \(/.test(text))).toEqual([]);
});

/** Everything that lies in topics, the command log included. */
async function topicBytes(): Promise<string> {
  const { broker } = server.local;
  let text = '';
  for (const { name } of await broker.admin.listTopics()) {
    const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
    reader.assign([{ topic: name, partition: 0, offset: 0 }]);
    const [end = 0] = await broker.admin.listOffsets([{ topic: name, partition: 0 }], 'latest', 'read_committed');
    for (let at = 0; at < end; ) {
      for (const slab of await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 100 })) {
        text += slab.buffers.map((bytes) => bytes.toString('latin1')).join('');
        at = slab.nextOffset;
      }
    }
    await reader.close();
  }
  return text;
}

test('what fails inside tells no paths and no stack', async () => {
  const { engine } = server.local;
  const broken = await TestServer.open({}, {}, { logger, engine: { ...engine, info: () => { throw new TypeError(`Cannot read /srv/data/secret of undefined at ${import.meta.filename}:1`); } } });
  const { status, text } = await broken.send('GET', '/info');
  expect([status, JSON.parse(text)]).toEqual([500, { '@type': 'generic_error', error_code: 50000, message: 'The server failed to answer this request' }]);
  await broken.close();
});
