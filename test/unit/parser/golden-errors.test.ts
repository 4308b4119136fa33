import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MillraceError, renderError } from '../../../src/errors/index.js';
import { parseScript } from '../../../src/parser/index.js';

// Each `<name>.sql` is refused; `<name>.txt` is the rendered error. UPDATE_GOLDEN=1 rewrites them.
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'golden', 'errors');

function refusal(sql: string): string {
  try {
    for (const parsed of parseScript(sql)) void parsed.statement;
  } catch (error) {
    if (error instanceof MillraceError) return `${renderError(error, sql)}\n`;
    throw error;
  }
  return 'not refused\n';
}

describe('rendered errors', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
  test.each(names)('%s', (name) => {
    const rendered = refusal(readFileSync(join(FOLDER, name), 'utf8'));
    const expectation = join(FOLDER, name.replace(/\.sql$/, '.txt'));
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expectation, rendered);
    expect(rendered).toBe(readFileSync(expectation, 'utf8'));
  });
});
