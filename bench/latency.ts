import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocal } from '../src/engine/index.js';
import { systemClock } from '../src/env/index.js';
import { percentile } from './cpu.js';

const INSERTS = 400;
const WARM_UP = 100;
const PAUSE_MS = 15;

const STAGES = `
  CREATE STREAM first (id VARCHAR KEY, n BIGINT, tag VARCHAR) WITH (KAFKA_TOPIC = 'first', VALUE_FORMAT = 'JSON', PARTITIONS = 2);
  CREATE STREAM second AS SELECT id, n, UCASE(tag) AS tag FROM first WHERE n >= 0 EMIT CHANGES;
  CREATE STREAM third AS SELECT tag, id, n FROM second PARTITION BY tag EMIT CHANGES;
  CREATE TABLE counted AS SELECT tag, COUNT(*) AS cnt, MAX(n) AS newest FROM third GROUP BY tag EMIT CHANGES;`;

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds from a durable INSERT being asked for to its row in a push query, through three queries. */
export async function measureLatency(): Promise<Latency> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const { engine } = await openLocal({ storage: { folder }, version: 'bench' });
  const clock = systemClock();
  await engine.execute(STAGES);
  const result = await engine.query('SELECT newest FROM counted EMIT CHANGES;');
  const sent: number[] = [];
  /** By number inserted; one may be missing, when a commit held two. */
  const taken = new Map<number, number>();
  const reading = (async () => {
    for await (const chunk of result.rows) {
      for (const { values } of chunk) {
        const n = Number(values[0]);
        if (!taken.has(n)) taken.set(n, performance.now() - (sent[n] ?? 0));
        if (n === INSERTS - 1) return;
      }
    }
  })();
  for (let n = 0; n < INSERTS; n++) {
    sent[n] = performance.now();
    await engine.insert('FIRST', [new Map<string, string | number>([['ID', `k${n % 7}`], ['N', n], ['TAG', 'a']])]);
    await clock.sleep(PAUSE_MS);
  }
  await reading;
  await result.close();
  await engine.close();
  rmSync(folder, { recursive: true });
  const measured = [...taken].filter(([n]) => n >= WARM_UP).map(([, ms]) => ms);
  return { p50: percentile(measured, 0.5), p99: percentile(measured, 0.99) };
}
