import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceFiles } from '../../tidy/tree.js';

function node(args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT, encoding: 'utf8', timeout: 110_000 });
  return { code: status, out: stdout, err: stderr };
}
const expected = (name: string): string => readFileSync(join(ROOT, 'examples', name, 'expected.txt'), 'utf8');

test.each(['inventory', 'clickstream-funnel'])('%s prints what its page says', (name) => {
  expect(node([`examples/${name}/main.ts`])).toMatchObject({ code: 0, out: expected(name) });
});

test('card-fraud prints what its page says', () => {
  const data = mkdtempSync(join(tmpdir(), 'millrace-example-'));
  try {
    expect(node(['cli/millrace.ts', '--data', data, '-f', 'examples/card-fraud/card-fraud.sql'])).toMatchObject({ code: 0, out: expected('card-fraud') });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

test('the demo is killed, goes on, and is right', { timeout: 120_000 }, () => {
  const { code, out } = node(['examples/demo/main.ts']);
  expect(out).toContain('KILLED with SIGKILL');
  expect(out.match(/^ {4}equal /gm)).toHaveLength(4);
  expect(code).toBe(0);
});

test('examples import the public surface only', () => {
  const wrong = sourceFiles(['examples']).flatMap((file) =>
    file.imports.filter((each) => each.isRelative && !each.target.startsWith('examples/') && each.target !== 'src/index.ts').map((each) => `${file.path} → ${each.target}`),
  );
  expect(wrong).toEqual([]);
});
