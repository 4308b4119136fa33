import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, hasTerminal, run, startServer, type as typeAt, type Step } from './command.js';

if (!hasTerminal) console.warn('SKIPPED: no python3 with pty here, so the prompt is not tried on a terminal');
const onTerminal = test.runIf(hasTerminal);

const PROMPT = 'millrace> ';
const ENTER = '\r';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_R = '\u0012';
const step = (expected: string, send: string): Step => ({ expect: expected, send });
const TABLE = "CREATE TABLE t (id STRING PRIMARY KEY, v INT) WITH (kafka_topic='t', value_format='JSON', partitions=1); INSERT INTO t VALUES ('a', 1); INSERT INTO t VALUES ('b', 2); INSERT INTO t VALUES ('a', 3); CREATE TABLE c AS SELECT * FROM t;";

interface Place {
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
function place(): Place {
  const folder = freshFolder();
  return { folder, args: ['--data', join(folder, 'data')], env: { MILLRACE_HISTORY: join(folder, 'history'), XDG_CONFIG_HOME: join(folder, 'config'), NO_COLOR: '1' } };
}
function withTable(): Place {
  const made = place();
  expect(run([...made.args, '-e', TABLE])).toMatchObject({ code: 0 });
  return made;
}

onTerminal('Ctrl-R finds a statement and Enter runs it', () => {
  const { args, env } = place();
  const typed = typeAt(args, [
    step(PROMPT, `SHOW TABLES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, `SHOW TYPES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, `${CTRL_R}tab`),
    step("(reverse-search)'tab': SHOW TABLES;", ENTER),
    step('Windowed', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('live views draw the newest row of each key, or what each change did', () => {
  const { args, env } = withTable();
  const typed = typeAt(args, [
    step(PROMPT, `SET 'auto.offset.reset'='earliest';${ENTER}`),
    step(PROMPT, `\\live table${ENTER}`),
    step('Live view: table', `SELECT * FROM t EMIT CHANGES;${ENTER}`),
    step('2 rows, 3 changes', CTRL_C),
    step(PROMPT, `\\live changelog${ENTER}`),
    step('Live view: changelog', `SELECT * FROM t EMIT CHANGES;${ENTER}`),
    step('+I │ a', ''),
    step('+I │ b', ''),
    step('-U │ a', ''),
    step('+U │ a', CTRL_C),
    step('3 rows', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('an answer is run again, edited, shown whole, sent to a file', () => {
  const { args, env, folder } = withTable();
  const editor = join(folder, 'editor.sh');
  writeFileSync(editor, '#!/bin/sh\nsed -i "s/v > 0/v > 2/" "$1"\n');
  chmodSync(editor, 0o700);
  const out = join(folder, 'out.csv');
  const typed = typeAt(args, [
    step(PROMPT, `SELECT * FROM c WHERE v > 0;${ENTER}`),
    step('2 rows', ''),
    step(PROMPT, `\\e${ENTER}`),
    step('v > 2', ''),
    step('1 row', ''),
    step(PROMPT, `\\last${ENTER}`),
    step('│ a', ''),
    step('1 row', ''),
    step(PROMPT, `\\watch 0.2${ENTER}`),
    step('Every 0.2 s', ''),
    step('Every 0.2 s', CTRL_C),
    step(PROMPT, `\\o csv${ENTER}`),
    step(PROMPT, `\\once ${out}${ENTER}`),
    step('The next answer goes to', `SELECT * FROM c;${ENTER}`),
    step(PROMPT, `\\x auto${ENTER}`),
    step('one below the other: auto', CTRL_D),
  ], { ...env, VISUAL: editor });
  expect(typed).toMatchObject({ missed: null, code: 0 });
  expect(readFileSync(out, 'utf8')).toBe('ID,V\na,3\nb,2\n');
});

onTerminal('an answer taller than the screen goes through the pager', () => {
  const { args, env, folder } = place();
  const pager = join(folder, 'pager.sh');
  writeFileSync(pager, '#!/bin/sh\necho PAGED $(wc -l)\n');
  chmodSync(pager, 0o700);
  const typed = typeAt(args, [
    step(PROMPT, `SHOW FUNCTIONS;${ENTER}`),
    step('PAGED ', ''),
    step(PROMPT, `\\pager off${ENTER}`),
    step('not paged', `SHOW FUNCTIONS;${ENTER}`),
    step('URL_EXTRACT_QUERY', ''),
    step(PROMPT, CTRL_D),
  ], { ...env, MILLRACE_PAGER: pager });
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('what runs and what went wrong is shown', () => {
  const { args, env } = withTable();
  expect(run([...args, '-e', "CREATE STREAM bad (n INT) WITH (kafka_topic='bad', value_format='JSON', partitions=1); CREATE STREAM words (w STRING) WITH (kafka_topic='bad', value_format='KAFKA'); CREATE STREAM out AS SELECT * FROM bad; INSERT INTO words VALUES ('no json');"])).toMatchObject({ code: 0 });
  const typed = typeAt(args, [
    step(PROMPT, `\\sample t 1${ENTER}`),
    step('CREATE STREAM T', ''),
    step(PROMPT, `\\graph CTAS_C_1${ENTER}`),
    step('reads t, writes C', ''),
    step('RUNNING: ', ''),
    step(PROMPT, `\\top${ENTER}`),
    step('CTAS_C_1', CTRL_C),
    step(PROMPT, `\\errors csas_out${ENTER}`),
    step('CSAS_OUT', CTRL_C),
    step(PROMPT, `\\h alter${ENTER}`),
    step('ADD COLUMN', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});

onTerminal('a start file runs first; a safe prompt reaches neither it nor files', () => {
  const { args, env, folder } = place();
  mkdirSync(join(folder, 'config', 'millrace'), { recursive: true });
  writeFileSync(join(folder, 'config', 'millrace', 'rc.sql'), "\\timing on\nDEFINE greeting = 'hello';\n");
  const started = typeAt(args, [step('Timing is on', `\\set${ENTER}`), step('${greeting} = hello', CTRL_D)], env);
  expect(started).toMatchObject({ missed: null, code: 0 });
  const safe = typeAt([...args, '--safe'], [
    step(PROMPT, `\\set${ENTER}`),
    step('Nothing is set', `\\i /etc/hosts${ENTER}`),
    step('This prompt is safe', `\\o /tmp/x${ENTER}`),
    step('This prompt is safe', `\\e${ENTER}`),
    step('This prompt is safe', `\\pager sh${ENTER}`),
    step('This prompt is safe', CTRL_D),
  ], env);
  expect(safe).toMatchObject({ missed: null, code: 0 });
  expect(typeAt([...args, '--no-rc'], [step(PROMPT, `\\set${ENTER}`), step('Nothing is set', CTRL_D)], env)).toMatchObject({ missed: null });
});

onTerminal('against a server: profiles, another server, the same views', async () => {
  const { env, folder } = place();
  const [first, second] = [await startServer(join(folder, 'first')), await startServer(join(folder, 'second'))];
  mkdirSync(join(folder, 'config', 'millrace'), { recursive: true });
  writeFileSync(join(folder, 'config', 'millrace', 'profiles.json'), JSON.stringify({ prod: { url: first } }));
  expect(run(['sql', '--profile', 'prod', '-e', TABLE], '', env)).toMatchObject({ code: 0 });
  expect(run(['sql', '--profile', 'nobody', '-e', 'SHOW TABLES;'], '', env)).toMatchObject({ code: 2 });
  const typed = typeAt(['sql', '--profile', 'prod'], [
    step(PROMPT, `SET 'auto.offset.reset'='earliest';${ENTER}`),
    step(PROMPT, `\\live table${ENTER}`),
    step('Live view: table', `SELECT * FROM t EMIT CHANGES;${ENTER}`),
    step('2 rows, 3 changes', CTRL_C),
    step(PROMPT, `\\top${ENTER}`),
    step('CTAS_C_', CTRL_C),
    step(PROMPT, `server ${second}${ENTER}`),
    step('Server now:', `SHOW TABLES;${ENTER}`),
    step('0 rows', ''),
    step(PROMPT, CTRL_D),
  ], env);
  expect(typed).toMatchObject({ missed: null, code: 0 });
});
