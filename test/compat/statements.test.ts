import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, type Database, type Entity } from '../../src/index.js';
import type { Statement } from '../../src/parser/index.js';

// Every statement of the grammar, run through the library. A new statement does not compile here until it has its line.

let connect: Server;
let db: Database;

/** As much of the REST API of Kafka Connect as the statements speak. */
function fakeConnect(): Server {
  const info = { name: 'c', config: { 'connector.class': 'x.Y', name: 'c' }, tasks: [], type: 'source' };
  const status = { name: 'c', connector: { state: 'RUNNING', worker_id: 'w:1' }, tasks: [], type: 'source' };
  return createServer((request, response) => {
    const path = `${request.method} ${request.url}`;
    const answers: readonly (readonly [RegExp, number, unknown])[] = [
      [/^POST \/connectors/, 201, info],
      [/^PUT \/connector-plugins\/.*validate/, 200, { name: 'x.Y', error_count: 0, configs: [] }],
      [/^GET \/connector-plugins/, 200, [{ class: 'x.Y', type: 'source', version: '1' }]],
      [/^GET \/connectors\/c\/status/, 200, status],
      [/^GET \/connectors\/c\/topics/, 200, { c: { topics: ['t'] } }],
      [/^GET \/connectors\?/, 200, { c: { status, info } }],
      [/^GET \/connectors\/c/, 200, info],
      [/^GET \/connectors/, 200, ['c']],
      [/^DELETE \/connectors/, 204, null],
    ];
    const [, code, body] = answers.find(([pattern]) => pattern.test(path)) ?? [null, 404, { message: `no ${path}` }];
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(body === null ? undefined : JSON.stringify(body));
  });
}

beforeAll(async () => {
  connect = fakeConnect();
  await new Promise<void>((resolve) => void connect.listen(0, '127.0.0.1', resolve));
  const address = connect.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  db = await open({ memory: true, properties: { 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.connect.url': `http://127.0.0.1:${port}` } });
});
afterAll(async () => {
  await db.close();
  await new Promise((resolve) => void connect.close(resolve));
});

const types = (entities: readonly Entity[]): readonly string[] => entities.map((entity) => entity['@type']);
const execute = async (sql: string): Promise<readonly string[]> => types(await db.execute(sql));
const STATUS = 'currentStatus';
async function queryId(prefix: string): Promise<string> {
  const [queries] = await db.execute('SHOW QUERIES;');
  return queries?.['@type'] === 'queries' ? (queries.queries.find((query) => query.id.startsWith(prefix))?.id ?? '') : '';
}
/** Statements of the SQL test tool only: to the server they are no statements. */
const refusedHere = async (sql: string): Promise<void> => {
  await expect(db.execute(sql)).rejects.toMatchObject({ code: 'PARSE' });
};

const CASES: { readonly [K in Statement['kind']]: () => Promise<void> } = {
  createSource: async () => {
    expect(await execute("CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);")).toEqual([STATUS]);
    expect(await execute("CREATE STREAM IF NOT EXISTS s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON');")).toEqual(['warning_entity']);
    expect(await execute("CREATE OR REPLACE STREAM s (id STRING KEY, v INT, w INT) WITH (kafka_topic='s', value_format='JSON');")).toEqual([STATUS]);
    expect(await execute("CREATE TABLE k (id STRING PRIMARY KEY, v INT) WITH (kafka_topic='k', value_format='JSON', partitions=1);")).toEqual([STATUS]);
    expect(await execute("CREATE SOURCE TABLE src (id STRING PRIMARY KEY, v INT) WITH (kafka_topic='k', value_format='JSON');")).toEqual([STATUS]);
  },
  createAsSelect: async () => {
    expect(await execute('CREATE STREAM c AS SELECT id, v + 1 AS v FROM s;')).toEqual([STATUS]);
    expect(await execute('CREATE TABLE t AS SELECT id, COUNT(*) AS n FROM s GROUP BY id;')).toEqual([STATUS]);
  },
  insertSelect: async () => {
    expect(await execute("CREATE STREAM i (id STRING KEY, v INT) WITH (kafka_topic='i', value_format='JSON', partitions=1); INSERT INTO i SELECT id, v FROM s;")).toEqual([STATUS, STATUS]);
  },
  insertValues: async () => {
    await db.execute("INSERT INTO s (id, v) VALUES ('a', 1); INSERT INTO s VALUES ('a', 2, 3);");
    await db.whenIdle();
  },
  query: async () => {
    const rows: unknown[] = [];
    for await (const row of await db.query("SELECT id, n FROM t WHERE id = 'a';")) rows.push({ ...row });
    for await (const row of await db.query('SELECT v FROM c EMIT CHANGES LIMIT 2;')) rows.push({ ...row });
    for await (const row of await db.query('SELECT v FROM i;')) rows.push({ ...row });
    expect(rows).toEqual([{ ID: 'a', N: 2 }, { V: 2 }, { V: 3 }, { V: 1 }, { V: 2 }]);
  },
  show: async () => {
    const all = ['PROPERTIES', 'TOPICS', 'ALL TOPICS', 'TOPICS EXTENDED', 'STREAMS', 'STREAMS EXTENDED', 'TABLES', 'TABLES EXTENDED', 'FUNCTIONS', 'TYPES', 'VARIABLES', 'QUERIES', 'QUERIES EXTENDED', 'CONNECTORS', 'CONNECTOR PLUGINS'];
    expect(await execute(all.map((each) => `SHOW ${each};`).join(' '))).toEqual([
      'properties', 'kafka_topics', 'kafka_topics', 'kafka_topics_extended', 'streams', 'source_descriptions', 'tables', 'source_descriptions', 'function_names',
      'type_list', 'variables', 'queries', 'query_descriptions', 'connector_list', 'connector_plugins_list',
    ]);
    expect(await execute('LIST STREAMS;')).toEqual(['streams']);
  },
  describe: async () => {
    expect(await execute('DESCRIBE t; DESCRIBE t EXTENDED; DESCRIBE STREAMS; DESCRIBE TABLES; DESCRIBE FUNCTION count;')).toEqual([
      'sourceDescription', 'sourceDescription', 'source_descriptions', 'source_descriptions', 'describe_function',
    ]);
  },
  explain: async () => {
    expect(await execute(`EXPLAIN SELECT id, v FROM s EMIT CHANGES; EXPLAIN ${await queryId('CTAS_T_')};`)).toEqual(['queryDescription', 'queryDescription']);
  },
  queryControl: async () => {
    const id = await queryId('CSAS_C_');
    expect(await execute(`PAUSE ${id}; RESUME ${id}; PAUSE ALL; RESUME ALL; TERMINATE ${id};`)).toEqual([STATUS, STATUS, STATUS, STATUS, STATUS]);
  },
  alterSource: async () => {
    expect(await execute('ALTER STREAM i ADD COLUMN extra STRING;')).toEqual([STATUS]);
  },
  createType: async () => {
    expect(await execute('CREATE TYPE address AS STRUCT<street STRING, zip INT>; CREATE TYPE IF NOT EXISTS address AS INT;')).toEqual([STATUS, 'warning_entity']);
  },
  dropType: async () => {
    expect(await execute('DROP TYPE address; DROP TYPE IF EXISTS address;')).toEqual([STATUS, 'warning_entity']);
  },
  set: async () => {
    expect(await execute("SET 'auto.offset.reset'='latest'; SHOW TYPES;")).toEqual(['type_list']);
    await expect(db.execute("SET 'no.such.property'='x';")).rejects.toThrow();
  },
  unset: async () => {
    expect(await execute("SET 'auto.offset.reset'='latest'; UNSET 'auto.offset.reset';")).toEqual([]);
  },
  define: async () => {
    const [shown] = await db.execute("DEFINE name = 's'; SHOW VARIABLES;");
    expect(shown?.['@type'] === 'variables' ? shown.variables : null).toEqual([{ name: 'name', value: 's' }]);
    expect(await execute("DEFINE name = 's'; DESCRIBE ${name};")).toEqual(['sourceDescription']);
  },
  undefine: async () => {
    const entities = await db.execute("DEFINE name = 's'; UNDEFINE name; SHOW VARIABLES;");
    expect(entities.map((entity) => (entity['@type'] === 'variables' ? entity.variables : null))).toEqual([[]]);
  },
  assertTopic: async () => {
    expect(await execute('ASSERT TOPIC s; ASSERT NOT EXISTS TOPIC nothing TIMEOUT 10 MILLISECONDS;')).toEqual(['assert_topic', 'assert_topic']);
    await expect(db.execute('ASSERT TOPIC nothing TIMEOUT 10 MILLISECONDS;')).rejects.toThrow();
  },
  assertSchema: async () => {
    await db.execute("CREATE STREAM av (v INT) WITH (kafka_topic='av', value_format='AVRO', partitions=1);");
    expect(await execute("ASSERT SCHEMA SUBJECT 'av-value';")).toEqual(['assert_schema']);
    await expect(db.execute("ASSERT SCHEMA SUBJECT 'none' TIMEOUT 10 MILLISECONDS;")).rejects.toThrow();
  },
  createConnector: async () => {
    expect(await execute(`CREATE SOURCE CONNECTOR d WITH ('connector.class'='x.Y');`)).toEqual(['connector_info']);
    expect(await execute(`DESCRIBE CONNECTOR c;`)).toEqual(['connector_description']);
  },
  dropConnector: async () => {
    expect(await execute('DROP CONNECTOR c;')).toEqual(['drop_connector']);
  },
  dropSource: async () => {
    await expect(db.execute('DROP STREAM s;')).rejects.toThrow();
    expect(await execute('DROP TABLE t; DROP STREAM IF EXISTS nothing; DROP TABLE src;')).toEqual([STATUS, 'warning_entity', STATUS]);
  },
  print: async () => {
    await expect(db.execute("PRINT 's' LIMIT 1;")).rejects.toMatchObject({ code: 'QUERY_ON_STATEMENT_ENDPOINT' });
  },
  alterSystem: async () => {
    await expect(db.execute("ALTER SYSTEM 'ksql.persistent.prefix'='x';")).rejects.toThrow(/shared runtimes are not enabled/);
  },
  assertValues: () => refusedHere("ASSERT VALUES s (id) VALUES ('a');"),
  assertNullValues: () => refusedHere("ASSERT NULL VALUES s (id) KEY ('a');"),
  assertSource: () => refusedHere("ASSERT STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s');"),
  runScript: () => refusedHere("RUN SCRIPT 'x.sql';"),
};

test.each(Object.entries(CASES))('%s', async (_kind, run) => run());
