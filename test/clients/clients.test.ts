import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestServer } from '../unit/server/test-server.js';
import { RUNTIMES, tour, tourJson, TOURS } from './client-server.js';

// Clients of other projects as they are published, each on a tour: create, insert, push, pull, terminate, errors.
const missing = Object.entries(RUNTIMES).filter(([, found]) => found === null).map(([name]) => name);
if (missing.length > 0) console.warn(`SKIPPED, not on this machine, or not working as published (npm run test:clients installs them and tells which): ${missing.join(', ')}`);

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open();
});
afterAll(() => server.close());
const EARLIEST = { 'auto.offset.reset': 'earliest' };
// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);
const anyText: unknown = expect.any(String);

test('ksqldb-client', async () => {
  const { hostname, port } = new URL(server.url);
  const seen = await tourJson(process.execPath, [join(TOURS, 'ksqldb-client.cjs'), hostname, port]);
  expect(seen).toEqual({
    acks: [200, 200, 200],
    ended: 200,
    rows: [{ CITY: 'Lisbon', EUROS: 12 }, { CITY: 'Porto', EUROS: 8 }, { CITY: 'Lisbon', EUROS: 5 }],
    pulled: [{ CITY: 'Lisbon', TOTAL: 17 }],
    streams: ['RIDES'],
    refused: [400, 40001],
    terminated: 200,
  });
});

test.runIf(RUNTIMES.curl !== null)('curl --http2-prior-knowledge', async () => {
  const ask = (path: string, body: unknown): Promise<string> => tour('curl', ['-sS', '--http2-prior-knowledge', '-H', 'Content-Type: application/json', '-d', JSON.stringify(body), `${server.url}${path}`]);
  expect(await ask('/ksql', { ksql: "CREATE STREAM cu (v INT) WITH (kafka_topic='cu', value_format='JSON', partitions=1); INSERT INTO cu VALUES (1);" })).toContain('Stream created');
  expect((await ask('/query-stream', { sql: 'SELECT * FROM cu EMIT CHANGES LIMIT 1;', properties: EARLIEST })).split('\n').at(-1)).toBe('[1]');
  expect(await ask('/ksql', { ksql: 'DESCRIBE nothing;' })).toContain('"error_code":40001');
});

test.runIf(RUNTIMES.java !== null)("Java's HTTP client, which asks to upgrade to HTTP/2", async () => {
  const lines = (await tour('java', [join(TOURS, 'Tour.java'), server.url])).split('\n');
  expect(lines).toEqual([containing('200 [{"@type":"currentStatus"'), '200 []', '200 ["a",1] ["b",2]', containing('400 {"@type":"statement_error","error_code":40001'), containing('200 [{"@type":"currentStatus"')]);
});

test.runIf(RUNTIMES.cube !== null)('@cubejs-backend/ksql-driver', async () => {
  const seen = await tourJson(process.execPath, [join(TOURS, 'cube.cjs'), server.url], { NODE_PATH: RUNTIMES.cube ?? '' });
  expect(seen).toMatchObject({
    before: { shop: { orders: [{ name: 'ID', type: 'STRING' }, { name: 'AMOUNT', type: 'INTEGER' }] } },
    types: [{ name: 'ID', type: 'text' }, { name: 'AMOUNT', type: 'int' }],
    streamingTable: 'shop-totals',
    listed: [{ table_name: 'orders' }, { table_name: 'totals' }],
    refused: containing('nothing'),
    after: [{ table_name: 'orders' }],
  });
});

test.runIf(RUNTIMES.ksql !== null)('ksql from PyPI', async () => {
  const own = await TestServer.open();
  try {
    // Its create_stream has no word for partitions: the topic is there before.
    await own.local.broker.admin.createTopic({ name: 'clicks', partitions: 1 });
    const seen = await tourJson(RUNTIMES.ksql ?? '', [join(TOURS, 'ksql_tour.py'), own.url]);
    expect(seen).toMatchObject({ version: '1.2.3', properties: true, streams: ['CLICKS'], objects: [{ PAGE: 'b', N: 2 }, { PAGE: 'c', N: 3 }], error: [40002, containing('must use the /query endpoint')], left: [] });
  } finally {
    await own.close();
  }
});

test.runIf(RUNTIMES.jetblack !== null)('jetblack-ksql-dbapi', async () => {
  const seen = await tourJson(RUNTIMES.jetblack ?? '', [join(TOURS, 'jetblack_tour.py'), server.url]);
  expect(seen).toMatchObject({ columns: ['PERSON_ID', 'NAME'], rows: [[1, 'ada'], [2, 'bo']], again: [[1, 'ada'], [2, 'bo']] });
});

describe('what kafka-ui sends', () => {
  const ksql = (text: string) => server.post('/ksql', { ksql: text, streamsProperties: {} }, { 'content-type': 'application/json', accept: 'application/json' });
  const query = (text: string) => server.post('/query', { ksql: text, streamsProperties: { 'auto.offset.reset': 'earliest' } }, { 'content-type': 'application/vnd.ksql.v1+json', accept: 'application/vnd.ksql.v1+json' });

  test.each([
    ['LIST STREAMS;', 'streams'], ['LIST TABLES;', 'tables'], ['SHOW QUERIES;', 'queries'], ['SHOW TOPICS;', 'kafka_topics'], ['SHOW TOPICS EXTENDED;', 'kafka_topics_extended'], ['SHOW PROPERTIES;', 'properties'],
    ['SHOW FUNCTIONS;', 'function_names'], ['DESCRIBE FUNCTION ABS;', 'describe_function'], ['SHOW STREAMS EXTENDED;', 'source_descriptions'],
  ])('%s is answered as %s', async (sql, type) => {
    const answer = await ksql(sql);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject([{ '@type': type }]);
  });

  test('streams and tables have the members it shows', async () => {
    await server.run("CREATE STREAM ui (id STRING KEY, v INT) WITH (kafka_topic='ui', value_format='JSON', partitions=1); CREATE TABLE ui_n AS SELECT id, COUNT(*) AS n FROM ui WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id;");
    const [streams] = JSON.parse((await ksql('LIST STREAMS;')).text) as readonly { readonly streams: readonly object[] }[];
    expect(streams?.streams).toContainEqual({ type: 'STREAM', name: 'UI', topic: 'ui', keyFormat: 'KAFKA', valueFormat: 'JSON', isWindowed: false });
    const [tables] = JSON.parse((await ksql('LIST TABLES;')).text) as readonly { readonly tables: readonly object[] }[];
    expect(tables?.tables).toContainEqual({ type: 'TABLE', name: 'UI_N', topic: 'UI_N', keyFormat: 'KAFKA', valueFormat: 'JSON', isWindowed: true });
  });

  test('an INSERT has an empty answer; rows come as one JSON array with a header', async () => {
    const inserted = await ksql("INSERT INTO ui VALUES ('a', 1);");
    expect([inserted.status, inserted.text]).toEqual([200, '[]']);
    const rows: unknown = JSON.parse((await query('SELECT * FROM ui EMIT CHANGES LIMIT 1;')).text);
    expect(rows).toEqual([{ header: { queryId: anyText, schema: '`ID` STRING, `V` INTEGER' } }, { row: { columns: ['a', 1] } }, { finalMessage: 'Limit Reached' }]);
  });

  test('what is refused has a message', async () => {
    for (const answer of [await ksql('SELECT;'), await query('SELECT * FROM nothing EMIT CHANGES;')]) {
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ '@type': 'statement_error', error_code: 40001, message: anyText });
    }
  });
});
