import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openEmbeddedBroker } from '../../src/broker/index.js';
import { systemClock, systemRandom } from '../../src/env/index.js';
import { readAll } from './broker-suite.js';

const WRITER = fileURLToPath(new URL('broker-crash-writer.ts', import.meta.url));
const KILLS = 5;

/** Runs the writer until it has acknowledged so many commits, kills it, and returns the last one acknowledged. */
async function killAfter(folder: string, commits: number, bulkBytes: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, folder, String(bulkBytes)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let last = -1;
  let count = 0;
  let rest = '';
  for await (const chunk of child.stdout) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) last = Number(line);
    count += lines.length;
    // The writer goes on meanwhile, so the kill hits it somewhere inside a commit.
    if (count >= commits) child.kill('SIGKILL');
  }
  await exited;
  return last;
}

test.each([16 * 1024, 1000])('a killed process loses no acknowledged commit and leaves none half done, batches of %d bytes in segments', { timeout: 120_000 }, async (bulkBytes) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await killAfter(folder, 40 + kill * 97, bulkBytes);
    expect(acknowledged).toBeGreaterThan(0);
    const broker = await openEmbeddedBroker({ folder, clock: systemClock(), random: systemRandom(), processId: process.pid, maintenanceIntervalMs: null });
    const [a, b] = [await readAll(broker, 'a'), await readAll(broker, 'b')];
    expect(a.next).toBeGreaterThan(acknowledged);
    expect(b.next).toBe(a.next);
    expect(await broker.fetchCommitted('g', [{ topic: 'in', partition: 0 }])).toEqual([{ offset: a.next, metadata: '' }]);
    expect(a.records.map((record) => record.key)).toEqual(Array.from({ length: a.next }, (_, n) => String(n)));
    expect(b.records.at(-1)?.value).toBe(String(a.next - 1));
    await broker.close();
  }
  rmSync(folder, { recursive: true });
});
