import type { Broker } from '../src/broker/index.js';
import type { Engine, LocalEngine } from '../src/engine/index.js';
import { fillAuctions, fillBids, PARTITIONS } from './bids.js';
import { cpuMicros, median, quiet } from './cpu.js';
import { profiled, type ProfileLine } from './profile.js';
import { AUCTIONS_SQL, fillIn, SOURCES, sourceSql, type BenchRow, type BenchSource } from './rows.js';

export interface RowResult {
  readonly name: string;
  /** CPU seconds per million records. */
  readonly cpuPerMillion: number;
  readonly wallPerMillion: number;
  readonly ratio: number;
  /** The same of the fastest rounds: what a busy machine says least wrongly. */
  readonly bestRatio: number;
  readonly must: number;
  readonly aim: number;
  readonly outputs: number;
  readonly rounds: readonly number[];
}

export interface ThroughputOptions {
  readonly records: number;
  readonly rounds: number;
  readonly rows: readonly BenchRow[];
  readonly say: (text: string) => void;
  /** Runs every row once more at the end under the profiler and hands over its top lines. */
  readonly onProfile: ((row: BenchRow, lines: readonly ProfileLine[]) => void) | null;
}

export async function prepareSources({ engine, broker }: LocalEngine, options: ThroughputOptions): Promise<void> {
  const used = new Set(options.rows.map((row) => row.source));
  for (const source of SOURCES) {
    // The baseline parses the first one.
    if (!used.has(source.name) && source !== SOURCES[0]) continue;
    await fillBids(broker, { ...source, records: options.records });
    await engine.execute(sourceSql(source));
    if (!options.rows.some((row) => row.source === source.name && row.query.includes('$2'))) continue;
    await engine.execute(sourceSql({ ...source, stream: `${source.stream}_2` }));
  }
  await fillAuctions(broker, 'auctions', 1000);
  await engine.execute(AUCTIONS_SQL);
}

/** Every row and the baseline once per round, so that a slow minute of the machine hits all alike. */
export async function measureThroughput(local: LocalEngine, options: ThroughputOptions): Promise<{ readonly baseline: number; readonly rows: readonly RowResult[] }> {
  await prepareSources(local, options);
  const baselines: number[] = [];
  const measured = options.rows.map((row) => ({ row, cpu: [] as number[], wall: [] as number[], outputs: 0 }));
  for (let round = 0; round < options.rounds; round++) {
    baselines.push(await measureBaseline(local.broker, options.records));
    options.say(`round ${round + 1}: baseline ${(baselines.at(-1) ?? 0).toFixed(2)} s/M`);
    for (const entry of measured) {
      const { cpu, wall, outputs } = await measureRow(local, entry.row, options.records);
      entry.cpu.push(cpu);
      entry.wall.push(wall);
      entry.outputs = outputs;
      options.say(`  ${entry.row.name}: ${cpu.toFixed(2)} s/M CPU, ${wall.toFixed(2)} s/M, ${outputs} records out`);
    }
  }
  if (options.onProfile !== null) {
    for (const row of options.rows) await profileRow(local, row, options.onProfile);
  }
  const baseline = median(baselines);
  const rows = measured.map(({ row, cpu, wall, outputs }): RowResult => {
    const cpuPerMillion = median(cpu);
    return { name: row.name, cpuPerMillion, wallPerMillion: median(wall), ratio: baseline / cpuPerMillion, bestRatio: Math.min(...baselines) / Math.min(...cpu), must: row.must, aim: row.aim, outputs, rounds: cpu };
  });
  return { baseline, rows };
}

/** CPU seconds per million for `JSON.parse` of each value, decoded to a string; reading the log is not counted. */
export async function measureBaseline(broker: Broker, records: number): Promise<number> {
  const topic = SOURCES[0]?.topic ?? '';
  const reader = broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'bench' });
  reader.assign(Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition, offset: 0 })));
  let cpu = 0;
  let count = 0;
  while (count < records) {
    const slabs = await reader.poll({ maxBytes: 8 * 1024 * 1024, maxWaitMs: 0 });
    const before = cpuMicros();
    for (const slab of slabs) count += parseAll(slab);
    cpu += cpuMicros() - before;
  }
  await reader.close();
  return cpu / records;
}

function parseAll(slab: Awaited<ReturnType<ReturnType<Broker['openReader']>['poll']>>[number]): number {
  const { buffers, bufferEnds, valuePositions, valueLengths } = slab;
  let b = 0;
  for (let i = 0; i < slab.count; i++) {
    while (i >= (bufferEnds[b] ?? Infinity)) b += 1;
    const position = valuePositions[i] ?? 0;
    JSON.parse(buffers[b]?.toString('utf8', position, position + (valueLengths[i] ?? 0)) ?? '');
  }
  return slab.count;
}

export interface RowMeasurement {
  readonly cpu: number;
  readonly wall: number;
  readonly outputs: number;
}

export async function measureRow({ engine, broker }: LocalEngine, row: BenchRow, records: number): Promise<RowMeasurement> {
  const source = await prepareRow(engine, row);
  const started = performance.now();
  const before = cpuMicros();
  await startRow(engine, row, source);
  await engine.whenIdle();
  const wall = (performance.now() - started) / 1e3;
  // Stores are written behind the commits; a query that pauses writes what is left.
  await engine.execute('PAUSE ALL;');
  await quiet();
  const cpu = (cpuMicros() - before) / 1e6;
  const outputs = await count(broker, 'bench_out');
  await removeRow(engine, row);
  const read = records * (row.reads ?? 1);
  return { cpu: (cpu / read) * 1e6, wall: (wall / read) * 1e6, outputs };
}

async function profileRow({ engine }: LocalEngine, row: BenchRow, onProfile: (row: BenchRow, lines: readonly ProfileLine[]) => void): Promise<void> {
  const source = await prepareRow(engine, row);
  const lines = await profiled(async () => {
    await startRow(engine, row, source);
    await engine.whenIdle();
  });
  await removeRow(engine, row);
  onProfile(row, lines);
}

async function prepareRow(engine: Engine, row: BenchRow): Promise<BenchSource> {
  const source = SOURCES.find((each) => each.name === row.source);
  if (source === undefined) throw new Error(`No source ${row.source}`);
  for (const sql of row.before ?? []) await engine.execute(fillIn(sql, source), earliest(row));
  if (row.before !== undefined) await engine.whenIdle();
  await quiet();
  return source;
}

async function removeRow(engine: Engine, row: BenchRow): Promise<void> {
  await engine.execute(`DROP ${row.makes} bench_out DELETE TOPIC;`);
  for (const sql of row.after ?? []) await engine.execute(sql);
  await quiet();
}

export async function startRow(engine: Engine, row: BenchRow, source: BenchSource): Promise<void> {
  await engine.execute(`CREATE ${row.makes} bench_out WITH (KAFKA_TOPIC = 'bench_out') AS ${fillIn(row.query, source)};`, earliest(row));
}

function earliest(row: BenchRow): { readonly properties: Readonly<Record<string, string | number>> } {
  return { properties: { 'auto.offset.reset': 'earliest', ...(row.cacheBytes === undefined ? {} : { 'cache.max.bytes.buffering': row.cacheBytes }) } };
}

export async function count(broker: Broker, topic: string): Promise<number> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }));
  const ends = await broker.admin.listOffsets(partitions, 'latest', 'read_committed');
  return ends.reduce((sum, end) => sum + end, 0);
}
