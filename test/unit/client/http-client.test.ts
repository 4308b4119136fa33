import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpClient, ServerAnswerError } from '../../../src/client/index.js';
import { TestServer } from '../server/test-server.js';

let server: TestServer;
let client: HttpClient;
beforeAll(async () => {
  server = await TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest' });
  client = new HttpClient({ url: server.url });
});
afterAll(() => server.close());

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

test('statements, rows and printed records over the REST API', async () => {
  const [created] = await client.execute("CREATE STREAM ${name} (id INT KEY, v STRING) WITH (kafka_topic='s', partitions=1, value_format='json');", { variables: { name: 's' } });
  expect(created).toMatchObject({ '@type': 'currentStatus', commandStatus: { status: 'SUCCESS' } });
  await client.execute("INSERT INTO s VALUES (1, 'a\nb'); INSERT INTO s VALUES (2, 'é');");
  const result = await client.query('SELECT * FROM s EMIT CHANGES LIMIT 2;');
  expect(result.columns).toEqual([{ name: 'ID', type: 'INTEGER' }, { name: 'V', type: 'STRING' }]);
  expect(await all(result.rows)).toEqual(['[1,"a\\nb"]', '[2,"é"]']);
  const printed = await all((await client.print('PRINT s FROM BEGINNING LIMIT 2;')).lines);
  expect(printed.map((line) => line.split(':')[0])).toEqual(['Key format', 'Value format', 'rowtime', 'rowtime']);
  expect(await client.info()).toMatchObject({ KsqlServerInfo: { version: '1.2.3' } });
});

test('errors of the server keep their body', async () => {
  const error = await client.execute('SHOW STREMS;').catch((each: unknown) => each);
  expect(error).toBeInstanceOf(ServerAnswerError);
  expect(error).toMatchObject({ body: { '@type': 'statement_error', error_code: 40001, hint: "Did you mean 'STREAMS'?" } });
  await expect(client.query('SELECT * FROM nothing EMIT CHANGES;')).rejects.toBeInstanceOf(ServerAnswerError);
});

test('nobody there is said as such', async () => {
  await expect(new HttpClient({ url: 'http://127.0.0.1:1' }).info()).rejects.toThrow('No server answers at http://127.0.0.1:1');
});
