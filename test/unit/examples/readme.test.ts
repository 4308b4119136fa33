import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../../tidy/tree.js';

// What the README tells people to type is run as it stands there.

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = (language: string): readonly string[] => [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');
const scratch = join(ROOT, '.cache', `readme-${process.pid}`);
const data = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
afterAll(() => {
  for (const folder of [scratch, data]) rmSync(folder, { recursive: true, force: true });
});
const node = (args: readonly string[], input = ''): { readonly code: number | null; readonly out: string } => {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT, input, encoding: 'utf8', timeout: 50_000 });
  return { code: status, out: stdout };
};

test('the tour at the prompt', () => {
  const tour = blocks('sql').join('\n');
  expect(tour).toContain('CREATE TABLE takings');
  const { code, out } = node(['cli/millrace.ts', '--data', data, '--output', 'csv'], tour);
  expect(code).toBe(0);
  expect(out).toContain('DRIVER,EUROS\nada,12.50\nada,21.00\n');
});

test('the program', () => {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, 'program.ts');
  writeFileSync(file, (blocks('ts')[0] ?? '').replace("'millrace'", "'../../src/index.js'").replace("folder: './data'", 'memory: true'));
  const { code, out } = node([file]);
  expect({ code, lines: out.trim().split('\n').toSorted() }).toEqual({ code: 0, lines: ['/ 2', '/cart 1'] });
});
