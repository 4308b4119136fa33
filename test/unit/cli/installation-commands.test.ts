import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { chmodSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, ROOT, run, start } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

test('config print shows what is in force, where it comes from, and no secrets', () => {
  const folder = freshFolder();
  const [file, secret] = [join(folder, 'server.properties'), join(folder, 'secret')];
  writeFileSync(file, 'ksql.service.id=mine_\nksql.streams.commit.interval.ms=100\n');
  writeFileSync(secret, 'user:hunter2\n');
  chmodSync(secret, 0o600);
  const env = { KSQL_KSQL_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO_FILE: secret, KSQL_KSQL_STREAMS_COMMIT_INTERVAL_MS: '200' };
  const ended = run(['config', 'print', file, '--origin', '--changed', '--set', 'listeners=http://127.0.0.1:0'], '', env);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.out.trim().split('\n')).toEqual([
    'ksql.streams.commit.interval.ms=200\t# environment: KSQL_KSQL_STREAMS_COMMIT_INTERVAL_MS',
    'ksql.schema.registry.basic.auth.user.info=[hidden]\t# environment: KSQL_KSQL_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO_FILE',
    `ksql.service.id=mine_\t# file: ${file}`,
    'listeners=http://127.0.0.1:0\t# flag: --set',
  ]);
  expect(ended.out + ended.err).not.toContain('hunter2');
  const all = JSON.parse(run(['config', 'print', '--output', 'json']).out) as readonly { readonly name: string; readonly value: string; readonly origin: string }[];
  expect(all).toContainEqual({ name: 'ksql.service.id', value: 'default_', origin: 'default' });
  expect(all.length).toBeGreaterThan(150);
  expect(run(['config', 'print'], '', { KSQL_KSQL_SCHEMA_REGISTRY_URL_FILE: '/nowhere' })).toMatchObject({ code: 2, err: containing('KSQL_KSQL_SCHEMA_REGISTRY_URL_FILE names a file that cannot be read') });
  expect(run(['config', 'print', '--set', 'ksql.servise.id=x'])).toMatchObject({ code: 0, err: containing('ksql.service.id') });
});

/** Ends when the command does, while this process answers it. */
function doctor(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = start(['doctor', '--output', 'json', ...args]);
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
}

test('the doctor finds what would keep a server from starting, and says what to do', async () => {
  const folder = freshFolder();
  const skewed = createServer((_request, response) => response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString()).end('[]'));
  await new Promise<void>((resolve) => skewed.listen(0, '127.0.0.1', resolve));
  const { port } = skewed.address() as AddressInfo;
  const set = (...settings: readonly string[]): readonly string[] => settings.flatMap((each) => ['--set', each]);
  type Findings = readonly { readonly check: string; readonly state: string; readonly found: string; readonly fix: string | null }[];
  const well = await doctor(...set('listeners=http://127.0.0.1:0', `ksql.streams.state.dir=${join(folder, 'data')}`));
  const findings = JSON.parse(well.out) as Findings;
  expect(findings.filter((each) => each.state === 'failed')).toEqual([]);
  expect(well.code).toBe(0);
  expect(findings.map((each) => each.check)).toEqual(expect.arrayContaining(['node', 'native module', 'open files', 'data folder', 'disk', 'listener']));
  const ill = await doctor(...set(`listeners=http://127.0.0.1:${port}`, `ksql.schema.registry.url=http://127.0.0.1:${port}`, 'bootstrap.servers=127.0.0.1:9', 'ksql.servise.id=x'));
  skewed.close();
  const found = JSON.parse(ill.out) as Findings;
  expect(ill.code).toBe(1);
  expect(found.filter((each) => each.state === 'failed').map((each) => each.check)).toEqual(['listener', 'broker']);
  expect(found.filter((each) => each.state === 'warning').map((each) => each.check)).toEqual(expect.arrayContaining(['settings', 'clock']));
  for (const each of found) if (each.state !== 'ok') expect(each.fix).not.toBeNull();
});

test('completion knows the commands, options and choices', () => {
  const script = run(['completion', 'bash']).out;
  const complete = (...words: readonly string[]): readonly string[] => {
    const ask = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', ask], { encoding: 'utf8', cwd: ROOT }).stdout.trim().split('\n');
  };
  expect(complete('millrace', 'im')).toEqual(['import']);
  expect(complete('millrace', 'import', '--on')).toEqual(['--on-error']);
  expect(complete('millrace', 'import', '--on-error', '')).toEqual(['stop', 'skip', 'log']);
  expect(complete('millrace', 'config', '')).toEqual(expect.arrayContaining(['print']));
  expect(complete('millrace', 'config', 'print', '--or')).toEqual(['--origin']);
  expect(run(['completion', 'zsh']).out).toMatch(/^#compdef millrace\n/);
  expect(run(['completion', 'fish']).out).toContain("complete -c millrace -n '__fish_seen_subcommand_from import' -l on-error");
  expect(run(['completion', 'tcsh'])).toMatchObject({ code: 2 });
});

test('types are made from statements, and hold', () => {
  const folder = freshFolder();
  const file = join(folder, 'app.sql');
  writeFileSync(file, `CREATE STREAM page_views (id STRING KEY, seen TIMESTAMP, n BIGINT, d DECIMAL(5,2), tags ARRAY<STRING>, m MAP<STRING, INT>, st STRUCT<a INT, \`b-c\` STRING>, raw BYTES) WITH (kafka_topic='p', value_format='JSON');
    CREATE TABLE hits AS SELECT id, COUNT(*) AS hits FROM page_views GROUP BY id;
    -- name: BusyPages
    SELECT id, hits FROM hits WHERE hits > 10 EMIT CHANGES;`);
  const made = run(['types', file]);
  expect(made).toMatchObject({ code: 0, err: '' });
  writeFileSync(join(folder, 'rows.ts'), made.out);
  writeFileSync(join(folder, 'use.ts'), `import type { BusyPages, Hits, PageViews, Sources } from './rows.js';
    export const hit: Hits = { ID: 'a', HITS: 5n };
    export const view: PageViews = { ID: null, SEEN: new Date(0), N: 1, D: '1.50', TAGS: ['x', null], M: new Map([['k', null]]), ST: { A: 1, 'b-c': null }, RAW: new Uint8Array(1) };
    export const busy: BusyPages = { ID: null, HITS: 1 };
    export const sources: Sources['HITS'] = hit;
    export const wrong: Hits = { ID: null, HITS: 5 };`);
  const checked = spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--moduleResolution', 'nodenext', 'use.ts'], { encoding: 'utf8', cwd: folder });
  expect(checked.stdout.split('\n').filter((line) => line.includes('error TS'))).toEqual([containing("Type 'null' is not assignable to type 'string'")]);
  writeFileSync(file, 'CREATE STREAM x AS SELECT * FROM nothing;');
  expect(run(['types', file])).toMatchObject({ code: 1 });
});
