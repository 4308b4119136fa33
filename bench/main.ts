/**
 * `node scripts/run.mjs bench [--records N] [--rounds N] [--only TEXT] [--later] [--profile]`
 * Prints a table and writes `bench/results/latest.json`. What each row is stands in `bench/README.md`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLocal } from '../src/engine/index.js';
import type { ProfileLine } from './profile.js';
import { ROWS, type BenchRow } from './rows.js';
import { measureThroughput, type RowResult } from './throughput.js';

const { values: args } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    later: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => console.error(text);
const rows = ROWS.filter((row) => (args.only === undefined ? args.later || row.isLater !== true : row.name.includes(args.only)));

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const local = await openLocal({ storage: { folder }, version: 'bench' });
const { baseline, rows: results } = await measureThroughput(local, { records: Number(args.records), rounds: Number(args.rounds), rows, say, onProfile: args.profile ? printProfile : null });
await local.engine.close();
rmSync(folder, { recursive: true });

printTable(baseline, results);
const root = process.env['MILLRACE_ROOT'] ?? '.';
mkdirSync(join(root, 'bench/results'), { recursive: true });
writeFileSync(join(root, 'bench/results/latest.json'), `${JSON.stringify({ records: Number(args.records), baseline, rows: results }, null, 2)}\n`);

function printProfile(row: BenchRow, lines: readonly ProfileLine[]): void {
  console.log(`\n${row.name}:`);
  for (const { where, ms, share } of lines) console.log(`${ms.toFixed(0).padStart(7)} ms ${(share * 100).toFixed(1).padStart(5)} %  ${where}`);
}

function printTable(base: number, measured: readonly RowResult[]): void {
  console.log(`JSON.parse of every value: ${base.toFixed(2)} CPU s per million records`);
  console.log(`${'row'.padEnd(26)} ${'CPU s/M'.padStart(8)} ${'ratio'.padStart(6)} ${'best'.padStart(6)} ${'must'.padStart(6)} ${'aim'.padStart(6)} ${'wall s/M'.padStart(9)} ${'out'.padStart(9)}`);
  for (const row of measured) {
    const figures = [row.cpuPerMillion.toFixed(2).padStart(8), row.ratio.toFixed(2).padStart(6), row.bestRatio.toFixed(2).padStart(6), row.must.toFixed(2).padStart(6), row.aim.toFixed(2).padStart(6)];
    console.log(`${row.name.padEnd(26)} ${figures.join(' ')} ${row.wallPerMillion.toFixed(2).padStart(9)} ${String(row.outputs).padStart(9)}${row.ratio < row.must ? '  BELOW' : ''}`);
  }
}
