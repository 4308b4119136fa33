import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openLocal } from '../src/engine/index.js';
import { present } from '../src/errors/index.js';
import { silentLogger, systemClock } from '../src/env/index.js';
import { openServer, ServerMetrics } from '../src/server/index.js';
import { fillBids } from './bids.js';
import { measureFanOut, type FanOut } from './hot-key.js';
import { ROWS, SOURCES, sourceSql } from './rows.js';
import { serveConstant, serveTable, type Order, type Resources, type TableOptions } from './serving/servers.js';
import { startRow } from './throughput.js';

const clock = systemClock();
const IDLE_MS = 10_000;
const SAMPLE_MS = 50;
const MEBIBYTE = 1024 * 1024;

/** What a child process does: `server FOLDER`, `memory RECORDS`, `fan-out SUBSCRIBERS`, `pull OPTIONS` or `bare TEXT`. Speaks by lines on its output. */
export async function runChild(mode: string, argument: string): Promise<void> {
  if (mode === 'server') await serve(argument);
  else if (mode === 'memory') console.log(String(await peakMemory(Number(argument))));
  else if (mode === 'fan-out') console.log(JSON.stringify(await measureFanOut(Number(argument))));
  else if (mode === 'pull') await serveTable(JSON.parse(argument) as TableOptions);
  else if (mode === 'bare') serveConstant(argument);
}

async function serve(folder: string): Promise<void> {
  const local = await openLocal({ storage: { folder }, version: 'bench' });
  const server = await openServer({
    engine: local.engine, settings: local.settings, clock: local.env.clock, logger: silentLogger, metrics: new ServerMetrics(),
    listeners: ['http://127.0.0.1:0'], isValidProperty: () => true,
  });
  console.log(server.url);
  process.on('SIGTERM', () => {
    void (async () => {
      await server.close(100);
      await local.engine.close();
      process.disconnect();
    })();
  });
}

/** Peak RSS in MiB while a windowed query reads so many records. */
async function peakMemory(records: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const { engine, broker } = await openLocal({ storage: { folder }, version: 'bench' });
  const [source] = SOURCES;
  const row = ROWS.find((each) => each.name === 'tumbling');
  if (source === undefined || row === undefined) throw new Error('The row is missing');
  await fillBids(broker, { ...source, records });
  await engine.execute(sourceSql(source));
  await startRow(engine, row, source);
  let peak = 0;
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      peak = Math.max(peak, process.memoryUsage.rss());
      await clock.sleep(SAMPLE_MS);
    }
  })();
  await engine.whenIdle();
  isDone = true;
  await sampling;
  await engine.close();
  rmSync(folder, { recursive: true });
  return Math.round(peak / MEBIBYTE);
}

export interface StartedChild {
  readonly child: ChildProcess;
  /** The first line it says. */
  readonly line: Promise<string>;
  /** For serving children. */
  order(order: Order): Promise<Resources>;
  /** Asks it to end; resolves when it has. */
  stop(): Promise<void>;
}

export function startChild(mode: string, argument: string): StartedChild {
  const child = spawn(process.execPath, [...process.execArgv.filter((each) => each !== '--enable-source-maps'), process.argv[1] ?? '', '--child', mode, '--', argument], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: present(child.stdout, 'its output') }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The child process ended with ${code}`)));
  });
  const stop = async (): Promise<void> => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  };
  const order = (message: Order): Promise<Resources> =>
    new Promise((resolve) => {
      child.once('message', (answer: Resources) => resolve(answer));
      child.send(message);
    });
  return { child, line, order, stop };
}

/** What one change of a right row costs that so many left rows refer to, in a process of its own. */
export async function fanOutOf(subscribers: number): Promise<FanOut> {
  // Our own child prints what `measureFanOut` gives.
  return JSON.parse(await startChild('fan-out', String(subscribers)).line) as FanOut;
}

export async function memoryFor(records: number): Promise<number> {
  return Number(await startChild('memory', String(records)).line);
}

export interface StartFigures {
  /** Milliseconds from starting the process. */
  readonly readyMs: number;
  readonly firstRowMs: number;
  readonly idleRssMiB: number;
  /** Share of one CPU. */
  readonly idleCpu: number;
}

/** A server over a folder that holds records: until it answers, until a push query shows its first row, and what it costs idle. */
export async function measureStart(): Promise<StartFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  const { engine, broker } = await openLocal({ storage: { folder }, version: 'bench' });
  const [source] = SOURCES;
  if (source === undefined) throw new Error('There is no source');
  await fillBids(broker, { ...source, records: 10_000 });
  await engine.execute(sourceSql(source));
  await engine.close();
  const started = performance.now();
  const server = startChild('server', folder);
  const { child, line } = server;
  const url = await line;
  const readyMs = performance.now() - started;
  const stop = new AbortController();
  const answer = await fetch(`${url}/query-stream`, {
    method: 'POST', signal: stop.signal,
    body: JSON.stringify({ sql: `SELECT * FROM ${source.stream} EMIT CHANGES;`, properties: { 'auto.offset.reset': 'earliest' } }),
  });
  await secondLine(answer);
  const firstRowMs = performance.now() - started;
  stop.abort();
  await clock.sleep(2000);
  const before = childCpuMs(child);
  await clock.sleep(IDLE_MS);
  const idleCpu = (childCpuMs(child) - before) / IDLE_MS;
  const idleRssMiB = childRssMiB(child);
  await server.stop();
  rmSync(folder, { recursive: true });
  return { readyMs, firstRowMs, idleRssMiB, idleCpu };
}

/** The first line names the columns, the second is a row. */
async function secondLine(answer: Response): Promise<void> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    text += part.value;
    if (text.split('\n').filter((each) => each.trim() !== '').length >= 2) return;
  }
}

const TICK_MS = 10;

/** From Linux' process table; NaN elsewhere. */
export function childCpuMs(child: ChildProcess): number {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return NaN;
  }
}

export function childRssMiB(child: ChildProcess): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024);
  } catch {
    return NaN;
  }
}
