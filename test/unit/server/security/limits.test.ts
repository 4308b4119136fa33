import { expect, test } from 'vitest';
import { manualClock } from '../../../../src/env/index.js';
import { RateLimiter } from '../../../../src/server/security/rate-limiter.js';
import { TestServer } from '../test-server.js';
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
