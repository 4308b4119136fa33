import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, start, waitFor } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

const STREAM = "CREATE STREAM s (k STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);";
const FILE = `SET 'auto.offset.reset'='earliest';
DEFINE least = '0';
${STREAM}
CREATE STREAM o AS SELECT k, v FROM s WHERE v > \${least};
CREATE TABLE c AS SELECT k, COUNT(*) AS n FROM o GROUP BY k;`;

test('a file of queries runs, goes on, takes additions, and refuses other changes unless told', () => {
  const folder = freshFolder();
  const [data, file] = [join(folder, 'data'), join(folder, 'app.sql')];
  const millrace = (sql: string, ...more: readonly string[]): ReturnType<typeof run> => {
    writeFileSync(file, sql);
    return run(['run', file, '--data', data, '--until-idle', ...more]);
  };
  const feed = (v: number): void => {
    expect(run(['import', 's', '--data', data], `{"k":"a","v":${v}}`)).toMatchObject({ code: 0 });
  };
  const rows = (source: string): readonly string[] => run(['export', source, '--data', data, '--metadata', 'none']).out.trim().split('\n');
  expect(millrace(FILE)).toMatchObject({ code: 0, out: containing('started 2 queries'), err: '' });
  feed(1);
  expect(millrace(FILE)).toMatchObject({ code: 0, out: containing('2 queries go on') });
  expect(millrace(FILE.replace('CREATE TABLE', '-- the same, written otherwise\ncreate   table'))).toMatchObject({ code: 0, out: containing('2 queries go on') });
  expect(rows('c')).toEqual(['{"K":"a","N":1}']);

  const more = `${FILE}\nINSERT INTO s SELECT k, v - 10 AS v FROM s WHERE v > 10;`;
  expect(millrace(more)).toMatchObject({ code: 0, out: containing('3 queries run') });
  feed(12);
  expect(millrace(more)).toMatchObject({ code: 0, out: containing('3 queries go on') });
  expect(rows('c').at(-1)).toBe('{"K":"a","N":3}');

  expect(millrace(FILE)).toMatchObject({ code: 1, err: containing('INSERT queries no longer there') });
  const changed = more.replace("'0'", "'5'");
  expect(millrace(changed)).toMatchObject({ code: 1, err: containing('changed: O') });
  expect(millrace(more)).toMatchObject({ code: 0, out: containing('3 queries go on') });
  expect(millrace(changed, '--force')).toMatchObject({ code: 0 });
  expect(millrace(changed)).toMatchObject({ code: 0, out: containing('3 queries go on') });
  const regrouped = changed.replace('SELECT k, COUNT(*) AS n FROM o GROUP BY k', 'SELECT v, COUNT(*) AS n FROM o GROUP BY v');
  expect(millrace(regrouped, '--force')).toMatchObject({ code: 0, err: '' });
  expect(millrace(regrouped)).toMatchObject({ code: 0, out: containing('queries go on') });

  for (const [sql, why] of [['SELECT 1 FROM s EMIT CHANGES;', 'cannot hold this statement'], [STREAM, 'starts no query'], ['CREATE STREAM x AS SELECT * FROM nothing;', 'nothing'.toUpperCase()]] as const) {
    expect(millrace(sql)).toMatchObject({ code: 1, err: containing(why) });
  }
});

test('a server with a file of queries takes no statements, and tells how it is', async () => {
  const folder = freshFolder();
  const file = join(folder, 'app.sql');
  writeFileSync(file, FILE);
  const child = start(['server', '--set', `ksql.queries.file=${file}`, '--set', 'listeners=http://127.0.0.1:0', '--set', `ksql.streams.state.dir=${join(folder, 'data')}`]);
  const url = /ready at (\S+)/.exec(await waitFor(child, 'ready at '))?.[1] ?? '';
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await fetch(`${url}/info`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('ksql_query_state{query_id="CSAS_O_');
  for (const path of ['/ksql', '/query', '/query-stream', '/import']) expect((await fetch(url + path, { method: 'POST', body: '{}' })).status).toBe(404);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
