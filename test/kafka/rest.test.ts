import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { connectKafka, emptyKafka } from './connect.js';

test('a server started by a properties file answers over REST from the cluster', async () => {
  const broker = await connectKafka(inject('kafka'));
  await emptyKafka(broker);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-test-'));
  const file = join(folder, 'server.properties');
  writeFileSync(file, `bootstrap.servers=${inject('kafka')}\nlisteners=http://127.0.0.1:0\nksql.service.id=rest_\nksql.streams.state.dir=${join(folder, 'data')}\nksql.streams.auto.offset.reset=earliest\n`);
  const server = spawn(process.execPath, ['--import', 'tsx', join('cli', 'millrace.ts'), 'server', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [ready] = (await once(server.stdout, 'data')) as [Buffer];
    const url = /http:\/\/\S+/.exec(ready.toString())?.[0] ?? '';
    const post = async (path: string, body: object): Promise<unknown> => {
      const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(body) });
      expect(response.status).toBe(200);
      return JSON.parse(await response.text());
    };
    await post('/ksql', { ksql: `CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=2); CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;` });
    await post('/ksql', { ksql: `INSERT INTO s (k, v) VALUES ('a', 1); INSERT INTO s (k, v) VALUES ('a', 2); INSERT INTO s (k, v) VALUES ('b', 3);` });
    await expect.poll(async () => JSON.stringify(await post('/query-stream', { sql: `SELECT k, n FROM t WHERE k = 'a';` })), { timeout: 20_000 }).toContain('["a",2]');
    expect(JSON.stringify(await post('/ksql', { ksql: 'SHOW TOPICS;' }))).toContain('"T"');
    const names = (await broker.admin.listTopics()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['s', 'T', '_confluent-ksql-rest__command_topic']));
    expect(names.find((name) => /^_confluent-ksql-rest_query_CTAS_T_\d+-Aggregate-Aggregate-Materialize-changelog$/.test(name))).toBeDefined();
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
