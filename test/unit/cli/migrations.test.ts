import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, ROOT, run, start, startServer, waitFor } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

test('versions are made, applied, told, validated and forgotten, as ksql-migrations does', async () => {
  const folder = freshFolder();
  const project = join(folder, 'project');
  const url = await startServer(join(folder, 'data'));
  const config = join(project, 'ksql-migrations.properties');
  const migrations = (...args: readonly string[]): ReturnType<typeof run> => run(['migrations', '-c', config, ...args]);
  expect(run(['migrations', 'new-project', project, url])).toMatchObject({ code: 0, out: containing('Execution time:') });
  expect(run(['migrations', 'new-project', project, url])).toMatchObject({ code: 1, err: containing('exists already') });
  expect(readFileSync(config, 'utf8')).toContain(`ksql.server.url=${url}\n`);
  expect(run(['migrations', 'info'])).toMatchObject({ code: 1, err: containing('--config-file') });
  expect(migrations('apply', '--all')).toMatchObject({ code: 1, err: containing('has not been initialized') });
  expect(run(['migrations', 'initialize-metadata', '-c', config])).toMatchObject({ code: 0 });

  expect(migrations('create', 'Add orders/items')).toMatchObject({ code: 0 });
  expect(migrations('create', 'More', '-v', '5')).toMatchObject({ code: 0 });
  expect(migrations('create', 'Again', '-v', '5')).toMatchObject({ code: 1, err: containing('version 5') });
  const files = join(project, 'migrations');
  expect(readdirSync(files)).toEqual(['V000001__Add_orders_items.sql', 'V000005__More.sql']);
  const write = (version: number, name: string, sql: string): void => writeFileSync(join(files, `V${String(version).padStart(6, '0')}__${name}.sql`), sql);
  write(1, 'Add_orders_items', "DEFINE topic = '${prefix}_orders';\n-- a; comment\nCREATE STREAM orders (id STRING KEY, v INT) WITH (kafka_topic='${topic}', value_format='JSON', partitions=1);\nINSERT INTO orders (id, v) VALUES ('a;b', 1);\n");
  write(5, 'More', "SET 'auto.offset.reset'='earliest';\nCREATE TABLE counts AS SELECT id, COUNT(*) AS n FROM orders GROUP BY id;\n");
  const dry = migrations('apply', '--all', '--dry-run', '-d', 'prefix=my');
  expect(dry).toMatchObject({ code: 0, out: containing('Dry run of migration version 5: More') });
  expect(run(['sql', url, '-e', 'SHOW STREAMS;', '--output', 'csv']).out).not.toContain('ORDERS');
  expect(migrations('apply')).toMatchObject({ code: 1, err: containing('exactly one of') });
  expect(migrations('apply', '--next', '-d', 'prefix=my')).toMatchObject({ code: 0, out: containing('Successfully migrated') });
  expect(run(['sql', url, '-e', 'SHOW STREAMS;', '--output', 'csv']).out).toContain('ORDERS,my_orders,');
  expect(migrations('info').out).toMatch(/Current migration version: 1\n[^]*Add orders items[^]*MIGRATED[^]*More[^]*PENDING/);
  expect(migrations('apply', '--version', '5')).toMatchObject({ code: 0 });
  expect(migrations('apply', '--all')).toMatchObject({ code: 0, out: containing('No eligible migrations found.') });
  expect(migrations('apply', '--next')).toMatchObject({ code: 1, err: containing('No eligible migrations found.') });
  expect(migrations('validate')).toMatchObject({ code: 0, out: containing('Successfully validated checksums') });

  write(6, 'Broken', 'CREATE STREAM x AS SELECT * FROM nothing;');
  write(7, 'Select', 'SELECT * FROM orders EMIT CHANGES;');
  write(8, 'Cut', 'DROP STREAM x');
  expect(migrations('apply', '--until', '6')).toMatchObject({ code: 1, err: containing('Failed to execute sql: CREATE STREAM x AS SELECT * FROM nothing;') });
  expect(migrations('info').out).toMatch(/Broken[^]*ERROR/);
  expect(migrations('apply', '--version', '7')).toMatchObject({ code: 1, err: containing("'SELECT' statements are not supported.") });
  expect(migrations('apply', '--version', '8')).toMatchObject({ code: 1, err: containing('Missing semicolon') });

  write(1, 'Add_orders_items', '-- changed\n');
  expect(migrations('validate')).toMatchObject({ code: 1, err: containing('differs from what was applied as version 1') });
  expect(migrations('apply', '--all')).toMatchObject({ code: 1, err: containing('differs') });
  expect(migrations('destroy-metadata')).toMatchObject({ code: 0 });
  expect(run(['sql', url, '-e', 'SHOW TOPICS;', '--output', 'csv']).out).not.toContain('MIGRATION');
  expect(migrations('info')).toMatchObject({ code: 1, err: containing('has not been initialized') });
}, 240_000);

test('a project of a server behind TLS and basic authentication', async () => {
  const folder = freshFolder();
  const certificate = (name: string): string => join(ROOT, 'test', 'unit', 'server', 'security', 'certificates', name);
  const users = join(folder, 'users');
  writeFileSync(users, 'boss: geheim,admin\n', { mode: 0o600 });
  const settings = {
    listeners: 'https://localhost:0', 'ksql.streams.state.dir': join(folder, 'data'), 'ssl.keystore.location': `${certificate('server.pem')},${certificate('server.key')}`,
    'authentication.method': 'BASIC', 'millrace.authentication.users.file': users,
  };
  const server = start(['server', ...Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])]);
  const url = /ready at (\S+)/.exec(await waitFor(server, 'ready at '))?.[1] ?? '';
  const project = join(folder, 'project');
  const config = join(project, 'ksql-migrations.properties');
  const migrations = (...args: readonly string[]): ReturnType<typeof run> => run(['migrations', '-c', config, ...args]);
  run(['migrations', 'new-project', project, url]);
  const made = readFileSync(config, 'utf8');
  expect(migrations('info')).toMatchObject({ code: 1, err: containing(`The certificate of ${url} is not accepted`) });
  writeFileSync(config, `${made}ssl.truststore.location=${certificate('ca.pem')}\n`);
  expect(migrations('info')).toMatchObject({ code: 1, err: expect.not.stringContaining('certificate') as unknown });
  writeFileSync(config, `${made}ssl.truststore.location=${certificate('ca.pem')}\nksql.auth.basic.username=boss\nksql.auth.basic.password=geheim\n`);
  expect(migrations('initialize-metadata')).toMatchObject({ code: 0 });
  writeFileSync(join(project, 'migrations', 'V000001__First.sql'), "CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1);\n");
  expect(migrations('apply', '--all')).toMatchObject({ code: 0, out: containing('Successfully migrated') });
  expect(migrations('info').out).toMatch(/Current migration version: 1\n/);
}, 120_000);
