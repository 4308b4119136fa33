import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CommandRate } from '../../../../src/engine/command-rate.js';
import { isAdmitted, overrideLimits, Settings } from '../../../../src/engine/index.js';
import { manualClock } from '../../../../src/env/index.js';
import { RateLimiter } from '../../../../src/server/security/rate-limiter.js';
import { sendHttp2, TestServer, until } from '../test-server.js';
import { basic, FILES, SECURED } from './callers.js';

const show = { ksql: 'SHOW STREAMS;' };

test('a bucket fills as time goes by, and of many callers the oldest is forgotten', async () => {
  const clock = manualClock();
  const limiter = new RateLimiter({ perSecond: 2, burst: 2, clock, maxCallers: 2 });
  const take = (caller: string, times: number): readonly boolean[] => Array.from({ length: times }, () => limiter.take(caller));
  expect(take('a', 3)).toEqual([true, true, false]);
  await clock.advance(500);
  expect(take('a', 2)).toEqual([true, false]);
  expect([limiter.has('a'), limiter.has('b')]).toEqual([false, true]);
  expect([...take('b', 1), ...take('c', 1), ...take('a', 2)]).toEqual([true, true, true, true]);
});

test('one address, and one identity, get as many answers a second as is set', async () => {
  const clock = manualClock();
  const byAddress = await TestServer.open({ 'millrace.server.rate.per.address': '3' }, {}, { clock });
  const statuses = async (server: TestServer, count: number, headers = {}): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let index = 0; index < count; index += 1) all.push((await server.post('/ksql', show, headers)).status);
    return all;
  };
  expect(await statuses(byAddress, 5)).toEqual([200, 200, 200, 429, 429]);
  const refused = await byAddress.post('/ksql', show);
  expect([refused.headers['retry-after'], JSON.parse(refused.text)]).toMatchObject(['1', { '@type': 'generic_error', error_code: 42900 }]);
  await clock.advance(1000);
  expect(await statuses(byAddress, 4)).toEqual([200, 200, 200, 429]);
  await byAddress.close();
  const byIdentity = await TestServer.open({ ...SECURED, 'millrace.server.rate.per.identity': '2' }, FILES, { clock });
  expect(await statuses(byIdentity, 3, basic('reader'))).toEqual([200, 200, 429]);
  expect(await statuses(byIdentity, 3, basic('writer'))).toEqual([200, 200, 429]);
  await byIdentity.close();
});

test('as many requests at once as is set; the next ones are told to come again', async () => {
  const server = await TestServer.open({ 'millrace.server.max.concurrent.requests': '2', 'ksql.streams.auto.offset.reset': 'earliest' });
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const push = Array.from({ length: 2 }, () => server.start('POST', '/query-stream', '{"sql":"SELECT * FROM s EMIT CHANGES;"}'));
  for (const each of push) expect((await each.response).statusCode).toBe(200);
  const refused = await server.post('/ksql', show);
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
  const [first] = push;
  first?.request.destroy();
  let status = 429;
  for (let attempt = 0; attempt < 1000 && status === 429; attempt += 1) ({ status } = await server.post('/ksql', show));
  expect(status).toBe(200);
  for (const each of push) each.request.destroy();
  await server.close();
});

test('a row of a stream of rows has its limit', async () => {
  const server = await TestServer.open();
  await server.run("CREATE STREAM s (v STRING) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const session = server.http2();
  session.on('error', () => undefined);
  const stream = session.request({ ':method': 'POST', ':path': '/inserts-stream' });
  stream.on('error', () => undefined);
  let text = '';
  stream.on('data', (chunk) => (text += String(chunk)));
  stream.write(`{"target":"s"}\n{"V":"${'x'.repeat(2 * 1024 * 1024)}"}\n`);
  await new Promise((resolve) => stream.on('end', resolve));
  expect(JSON.parse(text)).toMatchObject({ '@type': 'InsertError', status: 'error', error_code: 41300 });
  session.destroy();
  await server.close();
});

test('the longest body, row and statements are settings', async () => {
  const server = await TestServer.open({ 'millrace.server.max.body.bytes': '200', 'millrace.server.max.row.bytes': '40', 'millrace.server.max.statement.chars': '100' });
  await server.run("CREATE STREAM s (v STRING) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const statuses = async (ksql: string): Promise<readonly number[]> => [(await server.post('/ksql', { ksql })).status, (await server.post('/query', { ksql })).status];
  expect(await statuses(`SELECT v FROM s; ${'-'.repeat(80)}`)).toEqual([400, 200]);
  expect(await statuses(`SELECT v FROM s; ${'-'.repeat(100)}`)).toEqual([400, 400]);
  expect(await statuses('-'.repeat(200))).toEqual([413, 413]);
  expect((await server.post('/subjects/a/versions', { schema: 'x'.repeat(200) })).status).toBe(413);
  const session = server.http2();
  const answer = await sendHttp2(session, '/inserts-stream', [`{"target":"s"}\n{"V":"1"}\n{"V":"${'x'.repeat(31)}"}\n`, `{"V":"${'x'.repeat(40)}"}\n`]);
  expect(answer.frames.join('')).toContain('41300');
  session.close();
  await server.close();
});

test('statements that change the catalog have a rate: they wait for a second, then are refused', async () => {
  const clock = manualClock();
  const rate = new CommandRate(2, clock);
  await rate.take(0);
  await rate.take(1);
  await rate.take(1);
  const order: string[] = [];
  const waiting = rate.take(1).then(() => order.push('taken'));
  order.push('waits');
  await clock.advance(500);
  await waiting;
  expect(order).toEqual(['waits', 'taken']);
  // A request of many is let in, and those after it wait the longer.
  await clock.advance(1000);
  await rate.take(5);
  await expect(rate.take(1)).rejects.toMatchObject({ code: 'RATE_LIMIT' });
  await clock.advance(1500);
  const next = rate.take(1);
  await clock.advance(500);
  await next;
});

test('the rate of commands over REST: 429, and what asks or inserts goes on', async () => {
  const server = await TestServer.open({ 'ksql.server.command.topic.rate.limit': '0.001' });
  const create = (name: string): object => ({ ksql: `CREATE STREAM ${name} (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');` });
  expect((await server.post('/ksql', create('a'))).status).toBe(200);
  const refused = await server.post('/ksql', create('b'));
  expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.text)]).toMatchObject([429, '1', { error_code: 42900 }]);
  expect((await server.post('/ksql', { ksql: 'INSERT INTO a VALUES (1); SHOW STREAMS;' })).status).toBe(200);
  expect((await server.post('/ksql/terminate', {})).status).toBe(200);
  await server.close();
});

test('as many persistent queries as is set; a replaced one does not count twice', async () => {
  const server = await TestServer.open({ 'ksql.query.persistent.active.limit': '1' });
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json'); CREATE STREAM a AS SELECT v FROM s;");
  const refused = await server.post('/ksql', { ksql: 'CREATE STREAM b AS SELECT v FROM s;' });
  expect([refused.status, JSON.parse(refused.text)]).toMatchObject([400, { error_code: 40001, message: expect.stringMatching(/Current persistent query count: 1\. Configured limit: 1\./) as unknown }]);
  expect((await server.post('/ksql', { ksql: 'CREATE OR REPLACE STREAM a AS SELECT v FROM s WHERE v > 1;' })).status).toBe(200);
  expect((await server.post('/ksql', { ksql: 'TERMINATE ALL; CREATE STREAM b AS SELECT v FROM s;' })).status).toBe(200);
  await server.close();
});

test('a WebSocket has the age that is set, and its query ends with it', async () => {
  const clock = manualClock();
  const server = await TestServer.open({ 'ksql.websocket.connection.max.timeout.ms': '500' }, {}, { clock });
  await server.run("CREATE STREAM s (v INT) WITH (kafka_topic='s', partitions=1, value_format='json');");
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/query?request=${encodeURIComponent('{"ksql":"SELECT * FROM s EMIT CHANGES;"}')}`);
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, reason.toString('utf8')])));
  await new Promise((resolve) => socket.once('message', resolve));
  await clock.advance(500);
  expect(await closed).toEqual([1011, 'The connection is older than 500 ms']);
  await until(async () => (await server.post('/ksql', { ksql: 'SHOW QUERIES;' })).text.includes('"queries":[]'), 5000);
  await server.close();
});

test('what a request may set is told as the lists have it, under every spelling', () => {
  const admitted = (name: string, properties: Readonly<Record<string, string>>): boolean => isAdmitted(name, overrideLimits(Settings.ofServer(Object.entries(properties))));
  const deny = { 'ksql.properties.overrides.denylist': 'auto.offset.reset' };
  expect([admitted('auto.offset.reset', deny), admitted('ksql.streams.auto.offset.reset', deny), admitted('nobody.knows.it', deny)]).toEqual([false, false, true]);
  const allow = { 'ksql.properties.overrides.allowlist': 'auto.offset.reset', 'ksql.properties.overrides.validation.mode': 'allowlist' };
  expect([admitted('ksql.streams.auto.offset.reset', allow), admitted('nobody.knows.it', allow)]).toEqual([true, false]);
});
