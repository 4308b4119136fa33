import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocal, type LocalEngine } from '../src/engine/index.js';
import { silentLogger, type Logger } from '../src/env/index.js';
import { median } from './cpu.js';
import type { BenchRow } from './rows.js';
import { measureRow, prepareSources } from './throughput.js';

export interface ThreadRow {
  readonly name: string;
  /** CPU seconds per million records, all threads, in the program's thread and in a worker thread. */
  readonly here: number;
  readonly thread: number;
}

export interface ThreadFigures {
  readonly rows: readonly ThreadRow[];
  /** From asking for a thread until it is ready for its query, milliseconds. */
  readonly startMs: number;
}

/** The same queries with one function of a folder, whose calls cost next to nothing: what differs is the thread. */
const ROWS: readonly BenchRow[] = [
  { name: 'filter + project', source: 'keyed 1k', makes: 'STREAM', must: 0, aim: 0, query: 'SELECT id, auction, SAME(price) AS price, UCASE(channel) AS channel FROM $ WHERE price > 50000 EMIT CHANGES' },
  { name: 'tumbling', source: 'keyed 1k', makes: 'TABLE', must: 0, aim: 0, query: 'SELECT id, COUNT(*) AS cnt, SUM(SAME(price)) AS total FROM $ WINDOW TUMBLING (SIZE 10 SECONDS, GRACE PERIOD 0 SECONDS) GROUP BY id EMIT CHANGES' },
];
const FUNCTION = `export const same = { kind: 'scalar', name: 'same', parameters: ['INT'], returns: 'INT', evaluate: (n) => n };`;

export async function measureFunctionThreads(records: number, rounds: number, say: (text: string) => void): Promise<ThreadFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  writeFileSync(join(folder, 'same.mjs'), FUNCTION);
  const starts: number[] = [];
  const logger: Logger = { ...silentLogger, info: (_message, fields) => typeof fields?.['startMs'] === 'number' && void starts.push(fields['startMs']) };
  const open = (threads: boolean): Promise<LocalEngine> => openLocal({
    storage: { folder: join(folder, String(threads)) }, version: 'bench', env: { logger },
    properties: { 'ksql.extension.dir': folder, 'millrace.functions.threads': String(threads) },
  });
  const [here, thread] = [await open(false), await open(true)];
  for (const engine of [here, thread]) await prepareSources(engine, { records, rounds, rows: ROWS, say, onProfile: null });
  const measured = ROWS.map((row) => ({ row, here: [] as number[], thread: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const entry of measured) {
      entry.here.push((await measureRow(here, entry.row, records)).cpu);
      entry.thread.push((await measureRow(thread, entry.row, records)).cpu);
      say(`  ${entry.row.name}: ${entry.here.at(-1)?.toFixed(2)} s/M here, ${entry.thread.at(-1)?.toFixed(2)} s/M in a thread`);
    }
  }
  for (const { engine } of [here, thread]) await engine.close();
  rmSync(folder, { recursive: true });
  return { rows: measured.map((entry) => ({ name: entry.row.name, here: median(entry.here), thread: median(entry.thread) })), startMs: median(starts) };
}
