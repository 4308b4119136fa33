import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlights, dayText } from './data.js';
import { runEngine } from './engine.js';
import type { AirportDay, Message, Results } from './messages.js';
import { recompute } from './recompute.js';
import { progress, say, table } from './screen.js';
import { STATEMENTS } from './statements.js';

const LONGEST_MS = 110_000;
const KILL_AT = 0.5;

const [program = ''] = process.argv.slice(1);

function showDays(rows: readonly AirportDay[]): void {
  table(['airport', 'day', 'flights', 'mean delay', 'worst'], rows.map((row) => [row.origin, dayText(row.startMs), row.departures, row.mean.toFixed(1), row.worst]));
}

/** One life of the engine: shows what it says; kills it at `killAt` flights; gives its results when it lives to the end. */
function live(folder: string, total: number, killAt: number): Promise<Results | null> {
  const engine: ChildProcess = fork(program, ['engine', folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const overdue = setTimeout(() => engine.kill('SIGKILL'), LONGEST_MS);
  return new Promise((resolve, reject) => {
    let tenth = 0;
    let results: Results | null = null;
    let killed = false;
    const take = (message: Message): void => {
      switch (message.kind) {
        case 'opened':
          say(message.stored === 0
            ? `  The engine runs (process ${engine.pid}, ready after ${message.ms} ms). Flights come in, a day at a time.`
            : `  Up again after ${message.ms} ms with ${message.queries.length} queries running and ${message.stored} flights stored. The next flights come in.`);
          return;
        case 'fed':
          tenth = progress(`${message.day}  ${message.flights} of ${total} flights`, message.flights, total, tenth);
          if (message.flights >= killAt && !killed) {
            killed = true;
            engine.kill('SIGKILL');
          }
          return;
        case 'late':
          say(`  > push query: a flight from ${message.city}, ${message.state} to ${message.destination} left ${message.delay} minutes late`);
          return;
        case 'busiest':
          say(`  > pull query: the busiest airports of ${message.day}`);
          return showDays(message.airports);
        case 'byKey':
          say(`  > pull query by key: ${message.sql}`);
          return showDays(message.rows);
        case 'results':
          results = message.results;
          return;
        case 'failed':
          reject(new Error(message.message));
      }
    };
    // The engine's process sends nothing else.
    engine.on('message', (message) => take(message as Message));
    engine.on('error', reject);
    engine.on('exit', (code, signal) => {
      clearTimeout(overdue);
      if (killed) resolve(null);
      else if (code === 0 && results !== null) resolve(results);
      else reject(new Error(`The engine ended early (${signal ?? code})`));
    });
  });
}

/** Says whether two lists are equal, and where they first differ. */
function compare(title: string, engine: readonly string[], loops: readonly string[]): boolean {
  const at = engine.findIndex((row, index) => row !== loops[index]);
  const same = at < 0 && engine.length === loops.length;
  say(`    ${same ? 'equal ' : 'DIFFER'}  ${title}: ${engine.length} rows of the engine, ${loops.length} of the loops`);
  if (!same) say(`            first difference: engine ${engine[at] ?? '(none)'}, loops ${loops[Math.max(at, 0)] ?? '(none)'}`);
  return same;
}

async function show(folder: string): Promise<boolean> {
  const total = readFlights().length;
  say('Millrace demo: 20,000 US flights of January to March 2001, as a stream.');
  say('Data: the package vega-datasets (BSD-3-Clause); its flights come from the US Bureau of Transportation');
  say('Statistics and its airports from Data.gov, records of the US government in the public domain.');
  say();
  say('1. Declared in SQL, on the broker inside the process, in a temporary folder:');
  say(STATEMENTS.trimEnd().replaceAll(/^/gm, '    ').replaceAll(/^ +$/gm, ''));
  say();
  say('2. Flights arrive; joins, windows and final results follow. In the middle the engine is killed.');
  if ((await live(folder, total, Math.floor(total * KILL_AT))) !== null) throw new Error('The engine was not killed');
  say('  KILLED with SIGKILL in the middle of its work: no goodbye, no flush. Started again on the same folder:');
  const results = await live(folder, total, Infinity);
  if (results === null) throw new Error('The engine gave no results');
  say();
  say('3. The same answers from the file by plain loops, without the engine:');
  const loops = recompute();
  const equal = [
    compare('departures joined with their airport, each once', results.departures, loops.departures),
    compare('airport_days, tumbling windows of a day', results.airportDays, loops.airportDays),
    compare('state_hours, hopping windows of six hours', results.stateHours, loops.stateHours),
    compare('airport_weeks, final rows written once', results.airportWeeks, loops.airportWeeks),
  ];
  return equal.every(Boolean);
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
  const started = performance.now();
  try {
    const equal = await show(folder);
    say();
    say(equal ? `The killed and resumed run gave exactly the right answers (${((performance.now() - started) / 1000).toFixed(1)} s).` : 'The answers differ: that is a fault in Millrace.');
    if (equal) say('Next: `node dist/millrace.js` opens the SQL prompt; README.md has a tour of ten minutes.');
    return equal ? 0 : 1;
  } catch (error) {
    say(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [, , role, folder] = process.argv;
if (role === 'engine' && folder !== undefined) {
  await runEngine(folder).catch((error: unknown) => {
    const message: Message = { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    process.exitCode = 1;
    process.send?.(message, () => process.disconnect());
  });
} else {
  process.exitCode = await main();
}
