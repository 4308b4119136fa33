import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, hasTerminal, run, startServer, type as typeAt, type Step } from './command.js';

if (!hasTerminal) console.warn('SKIPPED: no python3 with pty here, so the prompt is not tried on a terminal');
const onTerminal = test.runIf(hasTerminal);

const PROMPT = 'millrace> ';
const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const UP = '\u001b[A';
const step = (expected: string, send: string): Step => ({ expect: expected, send });

function arrangement(): { readonly args: readonly string[]; readonly history: string; readonly env: Readonly<Record<string, string>>; readonly data: string } {
  const folder = freshFolder();
  const history = join(folder, 'state', 'history');
  const data = join(folder, 'data');
  return { args: ['--data', data], history, env: { MILLRACE_HISTORY: history, NO_COLOR: '1' }, data };
}
const entries = (file: string): readonly string[] => readFileSync(file, 'utf8').trim().split('\n').map((line) => String(JSON.parse(line)));

onTerminal('a statement over several lines is one statement, and one entry of a history that only its owner reads', () => {
  const { args, history, env } = arrangement();
  const typed = typeAt(args, [
    step(PROMPT, `CREATE STREAM s (id STRING KEY, v INT)${ENTER}`),
    step('...> ', `WITH (kafka_topic='s', value_format='JSON',${ENTER}`),
    step('(> ', `partitions=1); SHOW STREAMS;${ENTER}`),
    step('Stream created', ''),
    step('1 row', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
  expect(entries(history)).toEqual(["CREATE STREAM s (id STRING KEY, v INT)\nWITH (kafka_topic='s', value_format='JSON',\npartitions=1);", 'SHOW STREAMS;']);
  expect(statSync(history).mode & 0o777).toBe(0o600);
});

onTerminal('the whole last statement comes back, in this run and the next; secrets do not', () => {
  const { args, history, env } = arrangement();
  const first = typeAt(args, [
    step(PROMPT, `SHOW${ENTER}`),
    step('...> ', `TABLES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, `${UP}${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, `SET 'sasl.jaas.config'='geheim';${ENTER}`),
    step(PROMPT, `\\q${ENTER}`),
  ], env);
  expect(first).toMatchObject({ missed: null, code: 0 });
  expect(readFileSync(history, 'utf8')).not.toContain('geheim');
  const second = typeAt(args, [step(PROMPT, `!1${ENTER}`), step('0 rows', ''), step(PROMPT, CTRL_D)], env);
  expect(second).toMatchObject({ missed: null, code: 0 });
});

onTerminal('Ctrl-C ends the query that runs and drops what waits; the prompt goes on', () => {
  const { args, env } = arrangement();
  const typed = typeAt(args, [
    step(PROMPT, `CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);${ENTER}`),
    step(PROMPT, `INSERT INTO s (v) VALUES (1);${ENTER}`),
    step(PROMPT, `SELECT * FROM s EMIT CHANGES;${ENTER}`),
    step('1 older row of S not shown', ''),
    step('├', CTRL_C),
    step('0 rows', ''),
    step(PROMPT, `SHOW QUERIES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, `half a statement${CTRL_C}`),
    step('^C', `SET 'auto.offset.reset'='earliest';${ENTER}`),
    step('from now on', `SELECT * FROM s EMIT CHANGES LIMIT 1;${ENTER}`),
    step('1 row', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('what is typed while a statement runs is shown once, at the next prompt, and nothing of it is lost', () => {
  const { args, env } = arrangement();
  const typed = typeAt(args, [
    step(PROMPT, `CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);${ENTER}`),
    // A word begun while the query runs goes on at the prompt; whole lines before it run first.
    step(PROMPT, `SELECT * FROM s EMIT CHANGES;${ENTER}`),
    step('├', `${CTRL_C}SET 'auto.offset.reset'='earliest';${ENTER}SHOW TYP`),
    step(PROMPT, ''),
    step('from now on', ''),
    step(PROMPT, ''),
    step('SHOW TYP', `ES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, `SELECT * FROM s EMIT CHANGES;${ENTER}`),
    step('├', `dropped${ENTER}`),
    step('', CTRL_C),
    step(PROMPT, `SELECT * FROM s EMIT CHANGES;${ENTER}`),
    step('├', CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
  expect(typed.screen.split('SHOW TYP')).toHaveLength(2);
  expect(typed.screen.split('auto.offset.reset')).toHaveLength(3);
  expect(typed.screen).not.toContain('dropped');
});

onTerminal('Ctrl-C ends a query on the server', async () => {
  const url = await startServer(join(freshFolder(), 'data'));
  expect(run(['sql', url, '-e', "CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);"])).toMatchObject({ code: 0 });
  const { env } = arrangement();
  const typed = typeAt(['sql', url], [
    step(PROMPT, `SELECT * FROM s EMIT CHANGES;${ENTER}`),
    step('starts with new rows of S', ''),
    step('├', CTRL_C),
    step('0 rows', ''),
    step(PROMPT, `SHOW QUERIES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('TAB completes words, sources and columns', () => {
  const { args, env } = arrangement();
  const typed = typeAt(args, [
    step(PROMPT, `CREATE STREAM orders (item STRING, amount INT) WITH (kafka_topic='orders', value_format='JSON', partitions=1);${ENTER}`),
    step(PROMPT, 'DESC\t'),
    step('DESCRIBE ', 'ord\t'),
    step('ORDERS ', `;${ENTER}`),
    step('AMOUNT', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('errors are red and show the place, unless NO_COLOR is set', () => {
  const { args, env } = arrangement();
  const steps = [step(PROMPT, `SELEC 1;${ENTER}`), step('^^^^^', ''), step(PROMPT, CTRL_D)];
  const coloured = typeAt(args, steps, { ...env, NO_COLOR: '' });
  expect(coloured).toMatchObject({ missed: null });
  expect(coloured.screen).toContain('\u001b[31merror[PARSE]');
  expect(typeAt(args, steps, env).screen).toContain('\nerror[PARSE]');
});

onTerminal('the words of ksqlDB and the meta-commands work', () => {
  const { args, env, data } = arrangement();
  const spooled = `${data}.txt`;
  const typed = typeAt(args, [
    step(PROMPT, `spool '${spooled}';${ENTER}`),
    step('is copied to', `output JSON${ENTER}`),
    step('Output is jsonl', `version${ENTER}`),
    step('Version: ', `\\x${ENTER}`),
    step('one below the other: on', `\\nonsense${ENTER}`),
    step('There is no \\nonsense', `spool off${ENTER}`),
    step('Nothing is copied', ''),
    step(PROMPT, `exit;${ENTER}`),
  ], env);
  expect(typed.code).toBe(0);
  expect(readFileSync(spooled, 'utf8')).toContain('one below the other: on');
});
