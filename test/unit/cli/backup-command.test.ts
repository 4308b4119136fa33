import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, run, startServer } from './command.js';

// Vitest types its asymmetric matchers as any.
const containing = (text: string): unknown => expect.stringContaining(text);

test('a server is backed up while it runs, and its folder restored', async () => {
  const folder = freshFolder();
  const [data, copy, again] = [join(folder, 'data'), join(folder, 'copy'), join(folder, 'again')];
  const url = await startServer(data);
  const sql = "CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); INSERT INTO s (v) VALUES (7);";
  expect(run(['sql', url, '-e', sql])).toMatchObject({ code: 0 });
  expect(run(['backup', copy, '--data', data])).toMatchObject({ code: 1, err: containing('FOLDER_LOCKED') });
  expect(run(['backup', copy, '--server', url])).toMatchObject({ code: 0, out: containing('all of it read again and whole') });
  expect(run(['backup', copy, '--server', url])).toMatchObject({ code: 1, err: containing('is not empty') });
  expect(run(['restore', copy, '--data', again])).toMatchObject({ code: 0 });
  expect(run(['export', 's', '--data', again, '--metadata', 'none'])).toMatchObject({ code: 0, out: '{"V":7}\n' });
  expect(run(['restore', copy, '--data', again])).toMatchObject({ code: 1, err: containing('--force') });
  expect(run(['restore', copy, '--data', again, '--force'])).toMatchObject({ code: 0, out: containing('before-restore-1') });
  expect(run(['backup', join(folder, 'third'), '--data', again])).toMatchObject({ code: 0 });
});
