import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, start, startServer, waitFor } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

const TYPES = "CREATE STREAM s (id STRING KEY, i INT, l BIGINT, d DOUBLE, m DECIMAL(6, 2), b BOOLEAN, ts TIMESTAMP, dt DATE, y BYTES, a ARRAY<INT>, st STRUCT<x INT, z STRING>) WITH (kafka_topic='s', value_format='JSON', partitions=2);";
const ROWS = [
  '{"ID":"a","I":1,"L":9007199254740993,"D":1.5,"M":12.30,"B":true,"TS":"2026-01-02T03:04:05.678","DT":"2026-01-02","Y":"AQI=","A":[1,2],"ST":{"X":1,"Z":"q"},"ROWTIME":1000}',
  '{"ID":"b","I":null,"L":null,"D":null,"M":null,"B":null,"TS":null,"DT":null,"Y":null,"A":null,"ST":null,"ROWTIME":2000}',
  '{"ID":"c, \\"x\\"","I":-7,"L":5,"D":-0.5,"M":0.00,"B":false,"TS":"1970-01-01T00:00:00.000","DT":"1970-01-01","Y":"","A":[],"ST":{"X":null,"Z":""},"ROWTIME":3000}',
];

function folderWith(statements: string): { readonly folder: string; readonly data: string; readonly millrace: (command: string, ...args: readonly string[]) => ReturnType<typeof run> } {
  const folder = freshFolder();
  const data = join(folder, 'data');
  expect(run(['--data', data, '-e', statements])).toMatchObject({ code: 0 });
  return { folder, data, millrace: (command, ...args) => run([command, '--data', data, ...args]) };
}
const sorted = (lines: string): readonly string[] => lines.trim().split('\n').sort();

test('rows of every type go in and come out as they were, as NDJSON and as CSV', () => {
  const { folder, millrace } = folderWith(`${TYPES} ${TYPES.replaceAll(/ s /g, ' t ').replace("'s'", "'t'")}`);
  const file = join(folder, 'rows.ndjson');
  writeFileSync(file, `${ROWS.join('\n')}\n\n`);
  expect(millrace('import', 's', file)).toMatchObject({ code: 0, err: containing('imported 3 rows') });
  const out = millrace('export', 's');
  expect(out).toMatchObject({ code: 0, err: containing('exported 3 rows') });
  expect(sorted(out.out)).toEqual([...ROWS].sort());
  const csv = join(folder, 'rows.csv');
  expect(millrace('export', 's', csv)).toMatchObject({ code: 0 });
  expect(readFileSync(csv, 'utf8').split('\n')[0]).toBe('ID,I,L,D,M,B,TS,DT,Y,A,ST,ROWTIME,ROWTOMBSTONE');
  expect(millrace('import', 't', csv)).toMatchObject({ code: 0, err: containing('imported 3 rows') });
  expect(sorted(millrace('export', 't').out)).toEqual(sorted(out.out));
});

test('bad rows are told with their line; they stop the import, or are left out', () => {
  const { folder, millrace } = folderWith("CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);");
  const file = join(folder, 'rows.ndjson');
  writeFileSync(file, '{"id":"a","v":1}\n\n{"id":"b","v":"x"}\n{"id":"c","w":1}\nnonsense\n{"id":"d","v":4}\n');
  const stopped = millrace('import', 's', file);
  expect(stopped).toMatchObject({ code: 1, err: containing('line 3: Column V') });
  expect(sorted(millrace('export', 's', '--metadata', 'none').out)).toEqual(['{"ID":"a","V":1}']);
  const logged = millrace('import', 's', file, '--on-error', 'log');
  expect(logged).toMatchObject({ code: 0, err: containing('imported 2 rows') });
  for (const text of ['line 3: Column V', 'line 4: Column name w does not exist.', 'line 5: The row is not JSON', '3 rows left out']) expect(logged.err).toContain(text);
  const skipped = millrace('import', 's', file, '--on-error', 'skip');
  expect(skipped).toMatchObject({ code: 0, err: containing('3 rows left out') });
  expect(skipped.err).not.toContain('line 3');
  const csv = join(folder, 'rows.csv');
  writeFileSync(csv, 'id,v\nx,1\ny\nz,"",3\n');
  const wrong = millrace('import', 's', csv, '--on-error', 'log');
  expect(wrong.err).toContain('line 3: The row is not a JSON object');
});

test('a named import goes on behind the last committed row, and never writes a row twice', () => {
  const { folder, data, millrace } = folderWith("CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=3);");
  const file = join(folder, 'rows.ndjson');
  const rows = Array.from({ length: 2500 }, (_, index) => `{"v":${index}}`);
  writeFileSync(file, `${rows.slice(0, 1700).join('\n')}\n`);
  expect(millrace('import', 's', file, '--resume', 'first')).toMatchObject({ code: 0, err: containing('imported 1,700 rows') });
  writeFileSync(file, `${rows.join('\n')}\n`);
  expect(millrace('import', 's', file, '--resume', 'first')).toMatchObject({ code: 0, err: containing('going on behind row 1,700') });
  expect(millrace('import', 's', file, '--resume', 'first')).toMatchObject({ code: 0, err: containing('imported 0 rows') });
  const values = run(['export', '--data', data, 's', '--metadata', 'none']).out.trim().split('\n').map((line) => Number(/\d+/.exec(line)?.[0]));
  expect(values.sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
});

test('tables keep their deletions, and topics without a declaration are texts', () => {
  const { folder, data, millrace } = folderWith("CREATE TABLE t (id STRING PRIMARY KEY, v INT) WITH (kafka_topic='t', value_format='JSON', partitions=1);");
  const file = join(folder, 'rows.ndjson');
  const rows = ['{"ID":"a","V":1,"ROWTIME":1}', '{"ID":"a","V":null,"ROWTIME":2,"ROWTOMBSTONE":true}'];
  writeFileSync(file, rows.join('\n'));
  expect(millrace('import', 't', file)).toMatchObject({ code: 0 });
  expect(millrace('export', 't').out.trim().split('\n')).toEqual(rows);
  expect(run(['--data', data, '-e', 'DROP TABLE t;'])).toMatchObject({ code: 0 });
  expect(millrace('export', 't', '--limit', '1').out).toBe('{"KEY":"a","VALUE":"{\\"V\\":1}","ROWTIME":1}\n');
  expect(millrace('export', 'nothing')).toMatchObject({ code: 1, err: containing('There is no stream, table or topic nothing') });
  expect(millrace('import', '_confluent-ksql-default__command_topic', file)).toMatchObject({ code: 1 });
});

test('an export takes a range of time, goes on from its position file, and follows', async () => {
  const { folder, data } = folderWith("CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=2);");
  const url = await startServer(data);
  const server = (...args: readonly string[]): ReturnType<typeof run> => run([args[0] ?? '', '--server', url, ...args.slice(1)]);
  const send = (from: number, to: number): void => {
    const rows = Array.from({ length: to - from }, (_, index) => `{"id":"k${from + index}","v":${from + index},"ROWTIME":${1000 + from + index}}`);
    expect(run(['import', '--server', url, 's'], rows.join('\n'))).toMatchObject({ code: 0, err: containing(`imported ${to - from} rows`) });
  };
  send(0, 10);
  expect(server('export', 's', '--from', '1003', '--to', '1006').out.trim().split('\n').map((line) => /"V":(\d+)/.exec(line)?.[1]).sort()).toEqual(['3', '4', '5']);
  const [file, position] = [join(folder, 'out.ndjson'), join(folder, 'position')];
  expect(server('export', 's', file, '--position', position)).toMatchObject({ code: 0 });
  send(10, 15);
  expect(server('export', 's', file, '--position', position)).toMatchObject({ code: 0, err: containing('exported 5 rows') });
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(15);
  const child = start(['export', '--server', url, 's', '--follow', '--from', 'latest']);
  const seen = waitFor(child, '"V":99');
  // Not before it follows does a row reach it: rows go on coming until one is seen.
  let done = false;
  void seen.then(() => (done = true));
  for (let round = 0; round < 20 && !done; round += 1) {
    run(['import', '--server', url, 's'], '{"id":"x","v":99}');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await seen;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
