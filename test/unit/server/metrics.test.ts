import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestServer } from './test-server.js';

/** What operators of servers rely on, said here once more. */
const NAMES: readonly (readonly [name: string, ...labels: string[]])[] = [
  ['ksql_query_records_consumed_total', 'query_id', 'topic'], ['ksql_query_records_emitted_total', 'query_id'],
  ['ksql_query_lag_records', 'query_id', 'topic', 'partition'], ['ksql_query_state', 'query_id', 'state'], ['ksql_query_restarts_total', 'query_id'],
  ['ksql_processing_errors_total', 'query_id', 'type'], ['ksql_late_records_dropped_total', 'query_id'], ['ksql_commit_duration_seconds_bucket', 'query_id'],
  ['ksql_e2e_latency_seconds_bucket', 'query_id'], ['ksql_operator_records_total', 'query_id', 'operator', 'direction'], ['ksql_operator_busy_ratio', 'query_id'],
  ['ksql_state_store_bytes', 'query_id', 'store'], ['ksql_state_store_keys', 'query_id', 'store'], ['ksql_restore_records_remaining', 'query_id'],
  ['ksql_txn_unknown_outcome_total', 'query_id'], ['ksql_store_corruption_total', 'query_id'], ['ksql_push_queries_active'], ['ksql_push_buffer_bytes'],
  ['ksql_push_left_behind_total'], ['ksql_pull_query_duration_seconds_bucket'], ['ksql_pull_queue_depth'], ['ksql_pull_offered_total'], ['ksql_command_runner_state'],
  ['http_request_duration_seconds_bucket', 'route', 'status'], ['nodejs_eventloop_lag_p99_seconds'],
];

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), 'metrics-'));

beforeAll(async () => {
  writeFileSync(join(folder, 'f.mjs'), `export const f = { kind: 'scalar', name: 'plus_one', parameters: ['INT'], returns: 'INT', evaluate: (n) => n + 1 };`);
  server = await TestServer.open({ 'ksql.streams.auto.offset.reset': 'earliest', 'ksql.extension.dir': folder });
  await server.run(
    "CREATE STREAM s (id INT KEY, v INT) WITH (kafka_topic='s', partitions=2, value_format='json');" +
      'CREATE TABLE counts AS SELECT v, COUNT(*) AS n FROM s GROUP BY v; CREATE STREAM more AS SELECT id, PLUS_ONE(v) AS w FROM s;' +
      'INSERT INTO s VALUES (1, 10); INSERT INTO s VALUES (2, 10); INSERT INTO s VALUES (3, 20);',
  );
  await server.post('/query-stream', { sql: 'SELECT * FROM counts;' });
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const page = async (): Promise<string> => (await server.send('GET', '/metrics')).text;

/** The value of the one series that the pattern finds. */
function valueOf(text: string, series: string): number {
  const found = [...text.matchAll(new RegExp(`^${series} (\\S+)$`, 'gm'))];
  expect(found, series).toHaveLength(1);
  return Number(found[0]?.[1]);
}

test('every name is on the page, with its labels', async () => {
  // The first request to the page is counted by the second.
  await page();
  const text = await page();
  const missing = NAMES.filter(([name, ...labels]) => {
    const line = new RegExp(`^${name}(?:\\{(.*)\\})? `, 'm').exec(text);
    return line === null || labels.some((label) => !(line[1] ?? '').includes(`${label}="`));
  });
  expect(missing).toEqual([]);
});

test('records by topic and by part of a query; stores by bytes and keys', async () => {
  const text = await page();
  const counts = 'query_id="CTAS_COUNTS_\\d+"';
  expect(valueOf(text, `ksql_query_records_consumed_total\\{${counts},topic="s"\\}`)).toBe(3);
  const through = [...text.matchAll(new RegExp(`^ksql_operator_records_total\\{${counts},operator="([^"]+)",direction="(\\w+)"\\} (\\d+)$`, 'gm'))].map(([, , direction, count]) => [direction, Number(count)]);
  // Three rows are sent to where their groups are; three go in there, and rows of two groups come out.
  expect(through.slice(0, 3)).toEqual([['in', 3], ['out', 3], ['in', 3]]);
  expect(through[3]?.[1]).toBe(valueOf(text, `ksql_query_records_emitted_total\\{${counts}\\}`));
  expect(valueOf(text, `ksql_state_store_keys\\{${counts},store="[^"]+"\\}`)).toBe(2);
  expect(valueOf(text, `ksql_operator_busy_ratio\\{${counts}\\}`)).toBeLessThanOrEqual(1);
  expect(valueOf(text, `ksql_restore_records_remaining\\{${counts}\\}`)).toBe(0);
});

test('queries in threads of their own tell the same', async () => {
  const text = await page();
  const more = 'query_id="CSAS_MORE_\\d+"';
  expect(valueOf(text, `ksql_query_records_consumed_total\\{${more},topic="s"\\}`)).toBe(3);
  expect(valueOf(text, `ksql_commit_duration_seconds_count\\{${more}\\}`)).toBeGreaterThan(0);
  expect(valueOf(text, `ksql_e2e_latency_seconds_count\\{${more}\\}`)).toBeGreaterThan(0);
});

test('a query that has gone leaves no series', async () => {
  const series = async (): Promise<number> => (await page()).split('\n').filter((line) => /^ksql_(?:operator|state_store|restore|query)_/.test(line) && line.includes('_GONE_')).length;
  await server.run('CREATE TABLE gone AS SELECT v, COUNT(*) AS n FROM s GROUP BY v;');
  expect(await series()).toBeGreaterThan(8);
  await server.run('DROP TABLE gone;');
  expect(await series()).toBe(0);
});
