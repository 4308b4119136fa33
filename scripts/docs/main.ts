import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from './pages.js';

// `npm run docs`: writes the pages that come from the code's own tables.
const root = process.env['MILLRACE_ROOT'] ?? '.';
for (const [path, text] of generatedPages()) {
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path} (${text.split('\n').length} lines)`);
}
