/**
 * `node scripts/run.mjs bench [--records N] [--rounds N] [--only PATTERN] [--later] [--extras] [--profile]`, `--serving [--rounds N]`, `--threads`, or `--load [--seconds N] [--clients N] [--seed N]`
 * Prints a table and writes `bench/results/latest.json`. What each row is stands in `bench/README.md`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLocal } from '../src/engine/index.js';
import { fanOutOf, measureStart, memoryFor, runChild, type StartFigures } from './children.js';
import { measureFunctionThreads } from './function-threads.js';
import type { FanOut } from './hot-key.js';
import { measureLatency, type Latency } from './latency.js';
import type { ProfileLine } from './profile.js';
import { ROWS, type BenchRow } from './rows.js';
import { measurePullByKey } from './serving/pull-by-key.js';
import { measureOverload, measureVanishing } from './serving/overload.js';
import { measurePush, measureScan } from './serving/push-and-scan.js';
import { measureThroughput, type RowResult } from './throughput.js';

interface Extras {
  readonly latency: Latency;
  readonly start: StartFigures;
  /** Peak RSS in MiB with 2 and with 10 million records. */
  readonly memory: readonly [number, number];
  /** A foreign key with a hundred thousand and with a million left rows. */
  readonly fanOut: readonly [FanOut, FanOut];
}

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    later: { type: 'boolean', default: false },
    extras: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    serving: { type: 'boolean', default: false },
    load: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
    clients: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
});

if (args.child === undefined && args.load) await runLoad();
else if (args.child === undefined && args.serving) await runServing();
else if (args.child === undefined && args.threads) await runThreads();
else if (args.child === undefined) await runAll();
else await runChild(args.child, positionals[0] ?? '');

async function runAll(): Promise<void> {
  const records = Number(args.records);
  const { baseline, rows } = await throughput(records);
  printTable(baseline, rows);
  const extras = args.extras ? await measureExtras() : null;
  const results = join(process.env['MILLRACE_ROOT'] ?? '.', 'bench/results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'latest.json'), `${JSON.stringify({ records, baseline, rows, extras }, null, 2)}\n`);
}

async function runServing(): Promise<void> {
  const { rate, bareRate, cpu, bareCpu, half } = await measurePullByKey(Number(args.rounds), (text) => console.error(text));
  console.log(`pull by key: ${rate.toFixed(0)}/s, bare node:http ${bareRate.toFixed(0)}/s: ratio ${(rate / bareRate).toFixed(2)} (must 0.40, aim 0.50)`);
  console.log(`CPU a request: ${cpu.toFixed(0)} µs (aim 80), bare ${bareCpu.toFixed(0)} µs`);
  console.log(`at ${half.perSecond.toFixed(0)}/s beside a windowed query fed 20 k records/s: p50 ${half.p50.toFixed(2)} ms, p99 ${half.p99.toFixed(2)} ms (must 5), at most ${half.lagRecords} records behind (must 40000)`);
  const push = await measurePush(1000, 100);
  console.log(`POST → first row: p50 ${push.firstRow.p50.toFixed(1)} ms, p99 ${push.firstRow.p99.toFixed(1)} ms (must 20)`);
  console.log(`${push.clients} push queries on one stream: ${push.rssMiB} MiB RSS (must 1024), 100 rows to all after ${push.spreadMs.toFixed(0)} ms, ${push.rowCpu.toFixed(1)} µs CPU a row and client; all gone ${push.goneMs.toFixed(0)} ms after their connections (must 1000)`);
  const scan = await measureScan(Number(args.records));
  console.log(`scan of ${scan.rows} rows: ${scan.seconds.toFixed(1)} s, ${scan.moreRssMiB} MiB more RSS (must 50), longest stall ${scan.stallMs.toFixed(0)} ms (must 50), cancelled after ${scan.cancelMs.toFixed(0)} ms (must 200)`);
}

async function runLoad(): Promise<void> {
  for (const { name, perSecond, byStatus, accepted, refused, moreRssMiB } of await measureOverload(Number(args.seconds) * 1000)) {
    const statuses = [...byStatus].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`).join(', ');
    console.log(`${name}: ${perSecond.toFixed(0)} requests a second (${statuses}), ${moreRssMiB} MiB more RSS (must 50)`);
    console.log(`  accepted p50 ${accepted.p50.toFixed(1)} ms, p99 ${accepted.p99.toFixed(1)} ms; refused p50 ${refused.p50.toFixed(1)} ms, p99 ${refused.p99.toFixed(1)} ms`);
    const isWrong = [...byStatus.keys()].some((status) => status !== 200 && status !== 429 && status !== 503);
    if (isWrong || moreRssMiB > 50) process.exitCode = 1;
  }
  const { clients, seed, goneMs, queries, sockets, timers } = await measureVanishing(Number(args.clients), Number(args.seed));
  console.log(`${clients} clients vanished (seed ${seed}); all gone after ${goneMs.toFixed(0)} ms (must 1000); left: ${Math.max(queries, 0)} queries, ${Math.max(sockets, 0)} sockets, ${Math.max(timers, 0)} timers (must 0)`);
  if (queries > 0 || sockets > 0 || timers > 0) process.exitCode = 1;
}

async function runThreads(): Promise<void> {
  const { rows, startMs } = await measureFunctionThreads(Number(args.records), Number(args.rounds), (text) => console.error(text));
  for (const { name, here, thread } of rows) console.log(`${name}: ${here.toFixed(2)} CPU s/M here, ${thread.toFixed(2)} in a thread of its own: ${(thread / here).toFixed(2)} times`);
  console.log(`start of a thread: ${startMs.toFixed(0)} ms`);
}

async function throughput(records: number): Promise<{ readonly baseline: number; readonly rows: readonly RowResult[] }> {
  const rows = ROWS.filter((row) => (args.only === undefined ? args.later || row.isLater !== true : new RegExp(args.only, 'u').test(row.name)));
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const local = await openLocal({ storage: { folder }, version: 'bench' });
  const options = { records, rounds: Number(args.rounds), rows, say: (text: string) => console.error(text), onProfile: args.profile ? printProfile : null };
  const measured = await measureThroughput(local, options);
  await local.engine.close();
  rmSync(folder, { recursive: true });
  return measured;
}

async function measureExtras(): Promise<Extras> {
  const latency = await measureLatency();
  console.log(`insert → push row over three stages: p50 ${latency.p50.toFixed(1)} ms, p99 ${latency.p99.toFixed(1)} ms (must 50)`);
  const start = await measureStart();
  console.log(`server start → ready ${start.readyMs.toFixed(0)} ms, → first row of a push query ${start.firstRowMs.toFixed(0)} ms`);
  console.log(`idle: ${start.idleRssMiB} MiB RSS (aim 100), ${(start.idleCpu * 100).toFixed(2)} % CPU (aim 1)`);
  const fanOut = [await fanOutOf(100_000), await fanOutOf(1_000_000)] as const;
  for (const each of fanOut) console.log(fanOutText(each));
  const memory = [await memoryFor(2_000_000), await memoryFor(10_000_000)] as const;
  console.log(`peak RSS: ${memory[0]} MiB at 2 M records, ${memory[1]} MiB at 10 M (must: at most 50 more)`);
  return { latency, start, fanOut, memory };
}

function fanOutText({ subscribers, subscribeMicros, reachedMicros, longestStallMs, moreMiB, leftChangeMicros }: FanOut): string {
  return `foreign key with ${subscribers} left rows: ${subscribeMicros.toFixed(1)} µs CPU each to join, ${reachedMicros.toFixed(1)} µs each for one right change ` +
    `(longest stall ${longestStallMs.toFixed(0)} ms, ${moreMiB.toFixed(0)} MiB more), ${leftChangeMicros.toFixed(0)} µs for a left change`;
}

function printProfile(row: BenchRow, lines: readonly ProfileLine[]): void {
  console.log(`\n${row.name}:`);
  for (const { where, ms, share } of lines) console.log(`${ms.toFixed(0).padStart(7)} ms ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
}

function printTable(base: number, measured: readonly RowResult[]): void {
  console.log(`JSON.parse of every value: ${base.toFixed(2)} CPU s per million records`);
  console.log(`${'row'.padEnd(26)} ${'CPU s/M'.padStart(8)} ${'ratio'.padStart(6)} ${'best'.padStart(6)} ${'must'.padStart(6)} ${'aim'.padStart(6)} ${'wall s/M'.padStart(9)} ${'out'.padStart(9)}`);
  for (const row of measured) {
    const ratios = [row.ratio, row.bestRatio, row.must, row.aim].map((each) => each.toFixed(2).padStart(6)).join(' ');
    const isBelow = row.ratio < row.must ? '  BELOW' : '';
    console.log(`${row.name.padEnd(26)} ${row.cpuPerMillion.toFixed(2).padStart(8)} ${ratios} ${row.wallPerMillion.toFixed(2).padStart(9)} ${String(row.outputs).padStart(9)}${isBelow}`);
  }
}
