import { afterEach, describe, expect, test } from 'vitest';
import { fillAuctions, fillBids, PARTITIONS } from '../../../bench/bids.js';
import { AUCTIONS_SQL, ROWS, SOURCES, sourceSql, type BenchRow, type BenchSource } from '../../../bench/rows.js';
import { count, startRow } from '../../../bench/throughput.js';
import type { Broker } from '../../../src/broker/index.js';
import { openLocal, type LocalEngine } from '../../../src/engine/index.js';

const RECORDS = 3000;
let local: LocalEngine | null = null;
afterEach(() => local?.engine.close());

async function open(): Promise<LocalEngine> {
  local = await openLocal({ storage: { memory: true }, version: 'test' });
  return local;
}

function sourceOf(row: BenchRow): BenchSource {
  const source = SOURCES.find((each) => each.name === row.source);
  if (source === undefined) throw new Error('no source');
  return source;
}

/** Whole but for one byte each: behind the last column that any row uses, inside it, and a value of the wrong kind. */
function brokenBids(): readonly string[] {
  const head = '{"auction":1001,"bidder":2001,"price":99999,"channel":"Apple","url":"https://x","dateTime":1672531200000,"extra":';
  return [`${head}"jkd"`, `${head}"jkd}`, `${head}"j\u0001kd"}`, `${head}"jkd"}}`, `${head}"jkd",}`, head.replace('99999', '"many"') + '"jkd"}'];
}

async function addBroken(broker: Broker, { topic, keyed }: BenchSource): Promise<void> {
  const producer = await broker.openProducer();
  const key = keyed ? Buffer.from('1001') : null;
  await producer.send(brokenBids().map((text, i) => ({ topic, partition: i % PARTITIONS, key, value: Buffer.from(text), timestamp: 1_672_531_200_000 })));
  await producer.close();
}

async function outputs(row: BenchRow, isBroken: boolean): Promise<{ readonly out: number; readonly refused: number; readonly rows: string }> {
  const { engine, broker } = await open();
  const source = sourceOf(row);
  await fillBids(broker, { ...source, auctions: 50, records: RECORDS });
  await fillAuctions(broker, 'auctions', 1000);
  await engine.execute(sourceSql(source));
  await engine.execute(AUCTIONS_SQL);
  if (isBroken) await addBroken(broker, source);
  await startRow(engine, row, source);
  await engine.whenIdle();
  const log = await broker.admin.listOffsets([{ topic: 'default_ksql_processing_log', partition: 0 }], 'latest', 'read_committed').catch(() => [0]);
  const result = row.makes === 'TABLE' ? await engine.query('SELECT * FROM bench_out;') : null;
  const rows: string[] = [];
  for await (const chunk of result?.rows ?? []) rows.push(...chunk.map(({ values }) => JSON.stringify(values)));
  const out = await count(broker, 'bench_out');
  await engine.close();
  return { out, refused: log[0] ?? 0, rows: rows.sort().join('\n') };
}

/** Key with window → CNT of its last record. */
async function lastCounts(broker: Broker): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'test' });
  reader.assign(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'bench_out', partition, offset: 0 })));
  for (let slabs = await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 }); slabs.length > 0; slabs = await reader.poll({ maxBytes: 1 << 20, maxWaitMs: 0 })) {
    for (const { count: records, buffers, bufferEnds, keyPositions, keyLengths, valuePositions, valueLengths } of slabs) {
      for (let i = 0; i < records; i++) {
        const buffer = buffers[bufferEnds.findIndex((end) => i < end)];
        const [key = 0, value = 0] = [keyPositions[i], valuePositions[i]];
        const text = buffer?.toString('utf8', value, value + (valueLengths[i] ?? 0)) ?? '';
        counts.set(buffer?.toString('latin1', key, key + (keyLengths[i] ?? 0)) ?? '', Number(/"CNT":(\d+)/.exec(text)?.[1]));
      }
    }
  }
  await reader.close();
  return counts;
}

describe('what the bench measures', () => {
  test.each(ROWS.filter((row) => row.isLater !== true).map((row) => [row.name, row] as const))('%s refuses broken records, and nothing else', async (_name, row) => {
    const whole = await outputs(row, false);
    const broken = await outputs(row, true);
    expect(whole.refused).toBe(0);
    expect(broken.refused).toBe(brokenBids().length);
    // Without a cache every update is written; with one, how many depends on when commits come.
    if (row.makes === 'STREAM' || row.cacheBytes === 0) expect(broken.out).toBe(whole.out);
    expect(whole.out).toBeGreaterThan(0);
    expect(broken.rows).toBe(whole.rows);
  });

  test('one partition wholly before the other: re-keyed windows without grace count every record', async () => {
    const row = ROWS.find((each) => each.name === 'tumbling, re-keyed');
    if (row === undefined) throw new Error('no such row');
    const { engine, broker } = await open();
    const source = sourceOf(row);
    const records = 120_000;
    await fillBids(broker, { ...source, records, partitionsInTurn: true });
    await engine.execute(sourceSql(source));
    await startRow(engine, row, source);
    await engine.whenIdle();
    const counts = await lastCounts(broker);
    expect(counts.size).toBe(2 * source.auctions);
    expect([...counts.values()].reduce((sum, each) => sum + each, 0)).toBe(records);
  });
});
