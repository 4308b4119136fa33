import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, start, startServer, waitFor } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const STREAM = "CREATE STREAM s (id STRING KEY, v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);";

function local(): (...args: readonly string[]) => ReturnType<typeof run> {
  const data = join(freshFolder(), 'data');
  return (...args) => run(['--data', data, ...args]);
}

test('-e, -f and a pipe run statements; a missing last semicolon is given', () => {
  const folder = freshFolder();
  const data = join(folder, 'data');
  const file = join(folder, 'script.sql');
  writeFileSync(file, `-- a comment\n${STREAM}\nSHOW STREAMS;\n`);
  expect(run(['--data', data, '-f', file])).toMatchObject({ code: 0, out: containing('Stream created') });
  expect(run(['--data', data, '-e', 'SHOW STREAMS', '--output', 'csv'])).toMatchObject({ code: 0, out: 'Stream,Topic,Key format,Value format,Windowed\nS,s,KAFKA,JSON,false\n' });
  expect(run(['--data', data, '--output', 'jsonl'], "INSERT INTO s (id, v) VALUES ('a', 1);\nSET 'auto.offset.reset'='earliest';\nSELECT * FROM s EMIT CHANGES LIMIT 1;")).toMatchObject({
    code: 0,
    out: containing('{"ID":"a","V":1}'),
  });
});

test('the exit code says what went wrong', async () => {
  const millrace = local();
  const cases: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['done', ['-e', 'SHOW STREAMS;'], 0, /^$/],
    ['a statement that does not parse', ['-e', 'SELEC 1;'], 1, /error\[PARSE\][^]*Did you mean 'SELECT'/],
    ['a statement that names nothing', ['-e', 'SELECT * FROM nothing EMIT CHANGES;'], 1, /error\[BIND\]/],
    ['an unknown option', ['--nonsense'], 2, /unknown option/],
    ['an unknown mode', ['--output', 'pretty'], 2, /Allowed choices/],
    ['a setting without a value', ['--set', 'x', '-e', 'SHOW STREAMS;'], 2, /NAME=VALUE/],
    ['a variable without a value', ['-d', 'x', '-e', 'SHOW STREAMS;'], 2, /NAME=VALUE/],
    ['a script that is not there', ['-f', '/nowhere/script.sql'], 2, /no such file/],
    ['a server that is not there', ['sql', 'http://127.0.0.1:9', '-e', 'SHOW STREAMS;'], 3, /No server answers/],
  ];
  for (const [title, args, code, message] of cases) {
    const ended = args[0] === 'sql' ? run(args) : millrace(...args);
    expect({ title, code: ended.code }).toEqual({ title, code });
    expect(ended.err).toMatch(message);
  }
});

test('a script stops at the first statement that fails; answers go to standard output, the rest does not', () => {
  const ended = local()('-e', `SHOW STREAMS; SELECT 1 FROM nothing; ${STREAM}`);
  expect(ended.code).toBe(1);
  expect(ended.out).not.toContain('Stream created');
  expect(ended.out).not.toContain('error');
});

test('an interrupted script ends its query and with 130', async () => {
  const data = join(freshFolder(), 'data');
  const child = start(['--data', data, '-e', `${STREAM} SELECT * FROM s EMIT CHANGES;`]);
  await waitFor(child, '├');
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
});

test('a data folder that another process has open is refused', async () => {
  const data = join(freshFolder(), 'data');
  const child = start(['--data', data, '-e', `${STREAM} SELECT * FROM s EMIT CHANGES;`]);
  await waitFor(child, '├');
  expect(run(['--data', data, '-e', 'SHOW STREAMS;'])).toMatchObject({ code: 3, err: matching(/FOLDER_LOCKED/) });
  child.kill('SIGINT');
});

test('every mode of output', () => {
  const millrace = local();
  const setUp = `${STREAM} INSERT INTO s (id, v) VALUES ('a "b", c|d', 1); INSERT INTO s (id, v) VALUES ('日本', CAST(NULL AS INT));`;
  expect(millrace('-e', setUp)).toMatchObject({ code: 0 });
  const shown = (mode: string): string => millrace('--output', mode, '-e', "SET 'auto.offset.reset'='earliest'; SELECT * FROM s EMIT CHANGES LIMIT 2;").out.replace(/^.*from now on\n/, '');
  expect(shown('csv')).toBe('ID,V\n"a ""b"", c|d",1\n日本,\n');
  expect(shown('tsv')).toBe('ID\tV\n"a ""b"", c|d"\t1\n日本\t\n');
  expect(shown('jsonl')).toBe('{"ID":"a \\"b\\", c|d","V":1}\n{"ID":"日本","V":null}\n');
  expect(JSON.parse(shown('json'))).toEqual([{ ID: 'a "b", c|d', V: 1 }, { ID: '日本', V: null }]);
  expect(shown('markdown')).toBe('| ID | V |\n|---|---:|\n| a "b", c\\|d | 1 |\n| 日本 | null |\n');
  expect(shown('raw')).toBe('a "b", c|d | 1\n日本 | null\n');
  expect(shown('vertical')).toBe('-[ 1 ]--------------------\nID | a "b", c|d\nV  | 1\n-[ 2 ]--------------------\nID | 日本\nV  | null\n2 rows\n');
  expect(shown('table')).toBe(
    [
      '┌──────────────────────┬──────────────┐',
      '│ ID                   │ V            │',
      '├──────────────────────┼──────────────┤',
      '│ a "b", c|d           │            1 │',
      '│ 日本                 │ null         │',
      '└──────────────────────┴──────────────┘',
      '2 rows',
      '',
    ].join('\n'),
  );
});

test('variables are given with --define, and a server is spoken to like an engine in the process', async () => {
  const url = await startServer(join(freshFolder(), 'data'));
  const remote = (...args: readonly string[]): ReturnType<typeof run> => run(['sql', url, ...args]);
  expect(remote('-d', 'topic=mine', '-e', "CREATE STREAM s (v INT) WITH (kafka_topic='${topic}', value_format='JSON', partitions=1);")).toMatchObject({ code: 0 });
  expect(remote('--output', 'csv', '-e', 'SHOW STREAMS;')).toMatchObject({ code: 0, out: containing('S,mine,') });
  expect(remote('-e', 'SELECT nope FROM s EMIT CHANGES;')).toMatchObject({ code: 1, err: matching(/1 \| SELECT nope FROM s EMIT CHANGES;\n {2}\| {8}\^/) });
  expect(remote('--set', 'auto.offset.reset=earliest', '--output', 'jsonl', '-e', 'INSERT INTO s (v) VALUES (7); SELECT * FROM s EMIT CHANGES LIMIT 1;')).toMatchObject({ code: 0, out: '{"V":7}\n', err: '' });
});

test('the version is there at once, as text and as JSON', () => {
  expect(run(['--version'])).toMatchObject({ code: 0, out: '0.0.0-test\n' });
  expect(JSON.parse(run(['--version', '--json']).out)).toMatchObject({ version: '0.0.0-test', node: process.version });
  expect(run(['--help'])).toMatchObject({ code: 0, out: containing('Examples:') });
});
