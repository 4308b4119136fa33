import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { manualClock, open } from '../../../src/index.js';
import { ROOT } from '../../tidy/tree.js';
import { TestServer } from '../server/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.open();
});
afterAll(() => server.close());

const SQL = `CREATE STREAM s (k STRING KEY, i INT, l BIGINT, d DOUBLE, m DECIMAL(6, 2), b BOOLEAN, ts TIMESTAMP, dt DATE, tm TIME, y BYTES, a ARRAY<BIGINT>, mp MAP<STRING, DOUBLE>, st STRUCT<x INT, \`y-z\` DECIMAL(4, 1)>)
  WITH (kafka_topic='s', value_format='JSON', partitions=1);
  CREATE TABLE t AS SELECT k, COUNT(*) AS n FROM s GROUP BY k;`;
const ROW = {
  K: 'a', I: 1, L: 9007199254740993n, D: 0.5, M: '12.30', B: true, TS: new Date('2026-01-02T03:04:05.678Z'), DT: '2026-01-02', TM: '03:04:05', Y: new Uint8Array([1, 2, 255]),
  A: [1, 9007199254740993n], MP: new Map([['p"q', 1.5]]), ST: { X: 3, 'y-z': '1.0' },
};

test('a database of a server has the values that one in the process has', async () => {
  const here = await open({ memory: true, clock: manualClock(5), properties: { 'ksql.streams.auto.offset.reset': 'earliest' } });
  const there = await open({ url: server.url });
  const seen: unknown[] = [];
  for (const db of [here, there]) {
    await db.execute(SQL, { properties: { 'auto.offset.reset': 'earliest' } });
    await db.insert('S', [{ ...ROW, ROWTIME: 7 }, { K: 'b' }]);
    const result = await db.query('SELECT * FROM s EMIT CHANGES LIMIT 2;', { properties: { 'auto.offset.reset': 'earliest' } });
    const rows: unknown[] = [];
    for await (const row of result) rows.push({ ...row });
    seen.push(rows);
    expect(result.columns.map((column) => column.name).slice(0, 3)).toEqual(['K', 'I', 'L']);
  }
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[1]).toMatchObject([{ ...ROW, ST: { X: 3, 'y-z': '1.0' } }, { K: 'b', I: null }]);
  await here.close();
  await expect(there.advanceTime(1)).rejects.toThrow('in this process');
  await expect(there.whenIdle()).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(there.insert('S', [{ K: 'c' }, { K: 'd', I: 'x' }])).rejects.toThrow('Row 2: Column I');
  await expect(there.insert('NOTHING', [{ K: 'c' }])).rejects.toThrow('There is no stream');
  await there.close();
});

test('leaving the loop ends the query on the server', async () => {
  const db = await connect({ url: server.url });
  const result = await db.query('SELECT k FROM s EMIT CHANGES;', { properties: { 'auto.offset.reset': 'earliest' } });
  for await (const row of result) {
    expect(row['K']).toBe('a');
    break;
  }
  const running = (await db.execute('SHOW QUERIES;')).flatMap((entity) => (entity['@type'] === 'queries' ? entity.queries.filter((query) => query.queryType === 'PUSH') : []));
  expect(running).toEqual([]);
});

test('the client needs nothing of Node: it is bundled for a browser, and runs where only the web\'s own things are', async () => {
  const { outputFiles, metafile } = await build({ absWorkingDir: ROOT, entryPoints: ['src/client/index.ts'], bundle: true, format: 'esm', platform: 'browser', target: 'es2022', write: false, metafile: true, outdir: 'out', logLevel: 'silent' });
  const [bundle] = outputFiles;
  expect(Object.values(metafile.outputs).flatMap((output) => output.imports)).toEqual([]);
  expect(Object.keys(metafile.inputs).filter((path) => !/^src\/(client|api|errors|types|env)\//.test(path))).toEqual([]);
  expect(bundle?.text ?? '').not.toMatch(/\bprocess\.|\brequire\(|node:/);
  expect(bundle?.contents.length ?? 0).toBeLessThan(60_000);
  const script = await build({ absWorkingDir: ROOT, entryPoints: ['src/client/index.ts'], bundle: true, format: 'iife', globalName: 'millrace', platform: 'browser', target: 'es2022', write: false, outdir: 'out', logLevel: 'silent' });
  const rows = runInNewContext(
    `${script.outputFiles[0]?.text ?? ''}
     (async () => {
       const db = await millrace.connect({ url });
       const rows = [];
       for await (const row of await db.query("SELECT k, n FROM t WHERE k = 'b';")) rows.push(row);
       return JSON.stringify(rows);
     })()`,
    { url: server.url, fetch, URL, URLSearchParams, TextDecoder, AbortController, atob, btoa, setTimeout, clearTimeout },
  ) as Promise<string>;
  expect(await rows).toBe('[{"K":"b","N":1}]');
});
