// `npm run demo` on a bare checkout: installs, builds, runs the demo on the built command.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, root } from './ensure.mjs';

ensureBuilt();
process.exit(spawnSync(process.execPath, [join(root, 'scripts', 'run.mjs'), 'demo', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' }).status ?? 1);
