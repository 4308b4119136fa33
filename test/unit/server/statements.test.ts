import { afterAll, beforeAll, expect, test } from 'vitest';
import { reachableAt, Settings } from '../../../src/engine/index.js';
import { machineName } from '../../../src/env/index.js';
import { TestServer } from './test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open();
  await server.run("CREATE STREAM s (id INT KEY, v BIGINT) WITH (kafka_topic='s', partitions=2, value_format='json');");
});
afterAll(() => server.close());

const json = (text: string): unknown => JSON.parse(text);

test('a statement is answered by its entity', async () => {
  const answer = await server.post('/ksql', { ksql: 'SHOW STREAMS;' });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toContain('application/vnd.ksql.v1+json');
  expect(json(answer.text)).toEqual([
    { '@type': 'streams', statementText: 'SHOW STREAMS;', warnings: [], streams: [{ type: 'STREAM', name: 'S', topic: 's', keyFormat: 'KAFKA', valueFormat: 'JSON', isWindowed: false }] },
  ]);
});

test('a command is answered by its status, which can be asked for again under its exact id', async () => {
  const answer = await server.post('/ksql', { ksql: "CREATE STREAM other (v INT) WITH (kafka_topic='other', partitions=1, value_format='json');" });
  expect(json(answer.text)).toMatchObject([
    { '@type': 'currentStatus', commandId: 'stream/`OTHER`/create', commandStatus: { status: 'SUCCESS', message: 'Stream created', queryId: null }, commandSequenceNumber: 1 },
  ]);
  const status = await server.send('GET', '/status/stream/%60OTHER%60/create');
  expect([status.status, json(status.text)]).toEqual([200, { status: 'SUCCESS', message: 'Stream created', queryId: null }]);
  expect((await server.send('GET', '/status/stream/OTHER/create')).status).toBe(404);
  expect((await server.send('GET', '/status/nothing/OTHER/create')).status).toBe(500);
  expect(json((await server.send('GET', '/status')).text)).toMatchObject({ commandStatuses: { 'stream/`OTHER`/create': 'SUCCESS' } });
});

test('the content type asked for is the one answered', async () => {
  expect((await server.post('/ksql', { ksql: 'SHOW STREAMS;' }, { accept: 'application/json' })).headers['content-type']).toContain('application/json');
  const refused = await server.post('/ksql', { ksql: 'SHOW STREAMS;' }, { accept: 'text/html' });
  expect([refused.status, refused.text]).toEqual([406, '']);
});

test('no statements give no entities', async () => {
  expect((await server.post('/ksql', {})).text).toBe('[]');
});

test.each([
  ['malformed JSON', '{', 400, { '@type': 'generic_error', error_code: 40000, message: 'Could not parse the request body as JSON', code: 'BAD_REQUEST' }],
  ['no body', '', 500, { '@type': 'generic_error', error_code: 50000, message: 'The request has no body', code: 'SERVER' }],
  ['null', 'null', 500, { '@type': 'generic_error', error_code: 50000, message: 'The request body is null', code: 'SERVER' }],
  ['a list', '[]', 400, { '@type': 'generic_error', error_code: 40000, message: 'The request body must be a JSON object', code: 'BAD_REQUEST' }],
  ['text that is no text', '{"ksql":1}', 400, { '@type': 'generic_error', error_code: 40000, message: 'ksql must be a string', code: 'BAD_REQUEST' }],
  ['deep nesting', `{"ksql":${'['.repeat(200)}`, 400, { '@type': 'generic_error', error_code: 40000, message: 'Could not parse the request body: it is nested too deeply', code: 'BAD_REQUEST' }],
  ['a null property', '{"ksql":"SHOW STREAMS;","streamsProperties":{"auto.offset.reset":null}}', 500, { '@type': 'generic_error', error_code: 50000, message: 'streamsProperties.auto.offset.reset is null', code: 'SERVER', hint: 'Leave the property out instead.' }],
])('%s is refused, field by field', async (_what, body, status, expected) => {
  const answer = await server.post('/ksql', body);
  expect([answer.status, json(answer.text)]).toEqual([status, expected]);
});

test('a syntax error tells the text, the place and what may have been meant', async () => {
  const answer = await server.post('/ksql', { ksql: 'SHOW\n STREMS;' });
  expect(answer.status).toBe(400);
  expect(json(answer.text)).toEqual({
    '@type': 'statement_error',
    error_code: 40001,
    message: "line 2:2: Syntax Error\nSyntax error at or near 'STREMS' at line 2:2",
    code: 'PARSE',
    hint: "Did you mean 'STREAMS'?",
    position: { line: 2, column: 2 },
    statementText: 'SHOW\n STREMS;',
    entities: [],
  });
});

test('a refused statement changes nothing and names itself', async () => {
  const answer = await server.post('/ksql', { ksql: "CREATE STREAM fresh (v INT) WITH (kafka_topic='fresh', partitions=1, value_format='json'); CREATE STREAM t AS SELECT * FROM nothing;" });
  expect([answer.status, json(answer.text)]).toMatchObject([400, { '@type': 'statement_error', error_code: 40001, statementText: 'CREATE STREAM t AS SELECT * FROM nothing;' }]);
  expect((await server.post('/ksql', { ksql: 'SHOW STREAMS;' })).text).not.toContain('FRESH');
});

test('queries belong to another endpoint', async () => {
  const answer = await server.post('/ksql', { ksql: 'SELECT * FROM s EMIT CHANGES;' });
  expect([answer.status, json(answer.text)]).toMatchObject([400, { '@type': 'statement_error', error_code: 40002 }]);
});

test('variables and properties of a request hold in it', async () => {
  const answer = await server.post('/ksql', { ksql: 'SHOW VARIABLES; DESCRIBE ${name};', sessionVariables: { name: 's' } });
  expect(json(answer.text)).toMatchObject([{ '@type': 'variables', variables: [{ name: 'name', value: 's' }] }, { '@type': 'sourceDescription' }]);
});

test('a request waits for the command number it names, and says when that is not reached', async () => {
  const quick = await TestServer.open({ 'ksql.server.command.response.timeout.ms': '20' });
  const answer = await quick.post('/ksql', { ksql: 'SHOW STREAMS;', commandSequenceNumber: 99 });
  expect([answer.status, json(answer.text)]).toMatchObject([503, { error_code: 50301 }]);
  expect((await quick.post('/ksql', { ksql: 'SHOW STREAMS;', commandSequenceNumber: -1 })).status).toBe(200);
  expect((await quick.post('/ksql', { ksql: 'SHOW STREAMS;', commandSequenceNumber: 0.5 })).status).toBe(400);
  await quick.close();
});

test('a body that is too large is refused without being read whole', async () => {
  const answer = await server.post('/ksql', `{"ksql":"${'x'.repeat(9 * 1024 * 1024)}"}`).catch((error: unknown) => error);
  // The server may cut the connection while the client is still sending.
  if (answer instanceof Error) expect(answer.message).toMatch(/EPIPE|ECONNRESET|socket hang up/);
  else expect(answer).toMatchObject({ status: 413 });
  expect((await server.send('GET', '/info')).status).toBe(200);
});

test('statements that are too long are refused', async () => {
  const answer = await server.post('/ksql', { ksql: `-- ${'x'.repeat(1_000_000)}\n` });
  expect([answer.status, json(answer.text)]).toMatchObject([400, { error_code: 40000 }]);
});

test('headers that are too large are refused', async () => {
  expect((await server.send('GET', '/info', null, { 'x-large': 'x'.repeat(64 * 1024) })).status).toBe(431);
});

test('unknown paths and wrong methods', async () => {
  const unknown = await server.send('GET', '/nothing');
  expect([unknown.status, unknown.headers['content-type'], unknown.text]).toEqual([404, 'text/html', '<html><body><h1>Resource not found</h1></body></html>']);
  for (const [method, path] of [['GET', '/ksql'], ['PUT', '/query'], ['POST', '/info'], ['DELETE', '/status/stream/x/create']] as const) {
    const answer = await server.send(method, path);
    expect([path, answer.status, answer.text]).toEqual([path, 405, '']);
  }
});

test('what the server is and how it is', async () => {
  const moved = await server.send('GET', '/');
  expect([moved.status, moved.headers['location']]).toEqual([307, '/info']);
  expect(json((await server.send('GET', '/info')).text)).toMatchObject({ KsqlServerInfo: { version: '1.2.3', ksqlServiceId: 'default_', serverStatus: 'RUNNING' } });
  expect(json((await server.send('GET', '/healthcheck')).text)).toEqual({
    isHealthy: true,
    details: { metastore: { isHealthy: true }, kafka: { isHealthy: true }, commandRunner: { isHealthy: true } },
    serverState: 'READY',
  });
  expect(json((await server.send('GET', '/readyz')).text)).toEqual({ ready: true, reasons: [] });
  expect((await server.send('GET', '/livez')).status).toBe(200);
  expect((await server.send('GET', '/chc/ready')).text).toBe('{}');
  expect(json((await server.send('GET', '/v1/metadata/id')).text)).toMatchObject({ id: '', scope: { path: [], clusters: { 'ksql-cluster': 'default_' } } });
  expect((await server.send('GET', '/is_valid_property/any')).text).toBe('true');
  expect(json((await server.send('GET', '/is_valid_property/denied')).text)).toMatchObject({ '@type': 'generic_error', error_code: 40000 });
});

test('metrics tell what queries have done', async () => {
  await server.run("SET 'auto.offset.reset'='earliest'; CREATE TABLE counts AS SELECT id, COUNT(*) AS n FROM s GROUP BY id; INSERT INTO s VALUES (1, 1);");
  const { text, headers } = await server.send('GET', '/metrics');
  expect(headers['content-type']).toContain('text/plain');
  expect(text).toMatch(/ksql_query_records_consumed_total\{query_id="CTAS_COUNTS_\d+",topic="s"\} 1\n/);
  expect(text).toMatch(/ksql_query_state\{query_id="CTAS_COUNTS_\d+",state="RUNNING"\} 1\n/);
  expect(text).toContain('ksql_pull_queue_depth 0\n');
});

test('cluster calls: off by default, telling of this server when on', async () => {
  expect((await server.send('GET', '/clusterStatus')).status).toBe(404);
  const beating = await TestServer.open({ 'ksql.heartbeat.enable': 'true' });
  expect((await beating.post('/heartbeat', { hostInfo: 'other:8088', timestamp: 1 })).text).toBe('{"ok":true}');
  expect((await beating.post('/lag', {})).text).toBe('{"ok":true}');
  const status = json((await beating.send('GET', '/clusterStatus')).text);
  expect(status).toMatchObject({ clusterStatus: { [new URL(beating.url).host]: { hostAlive: true }, 'other:8088': { hostAlive: false } } });
  await beating.close();
});

test('terminating the service stops queries, deletes matching sinks, and refuses what comes after', async () => {
  const ending = await TestServer.open();
  await ending.run("CREATE STREAM a (v INT) WITH (kafka_topic='a', partitions=1, value_format='json'); CREATE STREAM b AS SELECT * FROM a; CREATE STREAM c AS SELECT * FROM a;");
  expect((await ending.post('/ksql/terminate', { deleteTopicList: ['('] })).status).toBe(400);
  const answer = await ending.post('/ksql/terminate', { deleteTopicList: ['B', 'a'] });
  expect([answer.status, json(answer.text)]).toMatchObject([200, [{ '@type': 'currentStatus', commandId: 'cluster/TerminateCluster/terminate' }]]);
  const topics = (await ending.local.broker.admin.listTopics()).map((topic) => topic.name);
  expect(topics).toContain('a');
  expect(topics).toContain('C');
  expect(topics).not.toContain('B');
  expect(json((await ending.post('/ksql', { ksql: 'SHOW STREAMS;' })).text)).toMatchObject({ error_code: 50304 });
  expect((await ending.send('GET', '/readyz')).status).toBe(503);
  await ending.close();
});

test('a server is known by the address that is set; where it listens everywhere, under the name of the machine', async () => {
  const at = (properties: Readonly<Record<string, string>>, listener: string): string => reachableAt(Settings.ofServer(Object.entries(properties)), listener);
  expect(at({}, 'http://127.0.0.1:8088')).toBe('http://127.0.0.1:8088');
  expect(at({}, 'http://0.0.0.0:8088')).toBe(`http://${machineName()}:8088`);
  expect(at({ 'ksql.advertised.listener': 'https://named.example:4711/' }, 'http://0.0.0.0:8088')).toBe('https://named.example:4711');
  expect(() => at({ 'ksql.advertised.listener': 'named' }, 'http://127.0.0.1:8088')).toThrow('ksql.advertised.listener named is no address');
  const named = await TestServer.open({ 'ksql.heartbeat.enable': 'true', 'ksql.advertised.listener': 'http://named.example:4711' });
  expect(json((await named.send('GET', '/clusterStatus')).text)).toMatchObject({ clusterStatus: { 'named.example:4711': { hostAlive: true } } });
  await named.close();
});
