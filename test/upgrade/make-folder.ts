// `node_modules/.bin/tsx test/upgrade/make-folder.ts VERSION`: before a release, keeps a folder that it has written. Never run for a version that has one.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../tidy/tree.js';
import { begin, openApplication } from './application.js';

const folder = join(ROOT, 'test', 'upgrade', 'folders', process.argv[2] ?? '');
if (process.argv[2] === undefined || existsSync(folder)) throw new Error('Give a version that has no folder yet');
const local = await openApplication(folder);
await begin(local);
await local.engine.close();
// Diaries of the databases, which say when and where.
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  if (['LOG', 'LOG.old', 'LOCK'].includes(basename(path))) rmSync(join(folder, path));
}
