import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderWorld, rows, untilState } from './folder-world.js';

/** A function whose thread ends at given calls: at the first given one in the first thread, at the second in the second, … */
function ending(file: string, calls: readonly number[]): string {
  return `
    import { readFileSync, writeFileSync } from 'node:fs';
    const thread = Number(readFileSync(${JSON.stringify(file)}, 'utf8'));
    let calls = 0;
    const last = ${JSON.stringify(calls)}[thread - 1] ?? Infinity;
    export const value = {
      kind: 'scalar', name: 'worth', parameters: ['INT'], returns: 'INT',
      evaluate: (n) => {
        if (calls === 0) writeFileSync(${JSON.stringify(file)}, String(thread + 1));
        calls += 1;
        if (calls >= last) process.exit(1);
        return n * 3;
      },
    };`;
}

test.each([
  ['in memory', {}, [1, 900, 35]],
  ['on disk', { data: 'data' }, [400, 401, 64]],
])('a thread that ends in the middle of a batch leaves the results of an undisturbed run, %s', async (_name, storage, calls) => {
  const world = new FolderWorld('');
  const file = join(world.folder, 'thread.txt');
  writeFileSync(file, '1');
  world.write(ending(file, calls));
  const db = await world.open({ 'ksql.query.retry.backoff.initial.ms': '5', 'ksql.query.retry.backoff.max.ms': '20', 'ksql.streams.commit.interval.ms': '15' }, storage);
  await db.execute(`CREATE STREAM s (id STRING KEY, g STRING, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=3);
    CREATE TABLE t AS SELECT g, SUM(WORTH(n)) AS total, COUNT(*) AS c FROM s GROUP BY g;
    CREATE STREAM u AS SELECT id, WORTH(n) AS w FROM s WHERE WORTH(n) > -1;`);
  const expected = new Map<string, { total: number; c: number }>();
  for (let batch = 0; batch < 12; batch++) {
    const inserted = Array.from({ length: 250 }, (_, i) => ({ ID: `k${batch}-${i}`, G: `g${(batch * 7 + i) % 11}`, N: (batch * 31 + i * 17) % 100 }));
    await db.insert('S', inserted);
    for (const { G, N } of inserted) {
      const sum = expected.get(G) ?? { total: 0, c: 0 };
      expected.set(G, { total: sum.total + N * 3, c: sum.c + 1 });
    }
  }
  for (const sink of ['T', 'U']) await untilState(db, sink, 'RUNNING');
  for (let i = 0; i < 400 && Number(readFileSync(file, 'utf8')) <= calls.length; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const sink of ['T', 'U']) await untilState(db, sink, 'RUNNING');
  await db.whenIdle();
  const table = await rows(db, 'SELECT g, total, c FROM t;');
  expect(new Map(table.map((row) => [row['G'], { total: row['TOTAL'], c: row['C'] }]))).toEqual(expected);
  // Each row once, neither lost nor doubled.
  const written = await rows(db, 'SELECT id, w FROM u EMIT CHANGES LIMIT 3000;');
  expect(new Set(written.map((row) => row['ID'])).size).toBe(3000);
  await db.close();
  world.remove();
}, 180_000);
