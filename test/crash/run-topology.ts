import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSink } from '../sim/check.js';
import { Dice } from '../sim/dice.js';
import type { Shape } from '../sim/shapes.js';
import type { SinkRow } from '../sim/world.js';
import { systemClock } from '../../src/env/index.js';
import type { ChildOptions } from './child.js';
import { inputOf } from './input.js';
import { PARTITIONS } from './topologies.js';

export interface CrashOptions {
  /** The bundled program that runs a life when called with `--child`. */
  readonly program: string;
  readonly kills: number;
  readonly seed: number;
}
export interface CrashResult {
  readonly topology: string;
  /** Kills that met a life which was not yet idle. */
  readonly hits: number;
  readonly records: number;
  readonly failure: string | null;
}

/** Kills fall while opening and while working, up to this long after. */
const OPENING_MS = 250;
const WORKING_MS = 250;
const PACE_MS = 6;
const LAST_LIFE_MS = 120_000;

class Life {
  private readonly process: ChildProcess;
  private output = '';
  private errors = '';
  private waiting: (() => void)[] = [];
  private ended = false;

  constructor(program: string, options: ChildOptions) {
    this.process = spawn(process.execPath, [program, '--child', JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.on('data', (chunk) => {
      this.output += String(chunk);
      this.wake();
    });
    this.process.stderr?.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    this.process.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  has(word: string): boolean {
    return this.output.includes(word);
  }
  get trouble(): string {
    return this.errors.slice(-2000);
  }

  /** False when it has ended, or the time is over, without saying so. */
  async says(word: string, limitMs: number): Promise<boolean> {
    const clock = systemClock();
    const stop = new AbortController();
    const late = clock.sleep(limitMs, stop.signal).then(() => 'late' as const, () => 'late' as const);
    while (!this.has(word) && !this.ended) {
      const woken = new Promise<'woken'>((resolve) => this.waiting.push(() => resolve('woken')));
      if ((await Promise.race([woken, late])) === 'late') break;
    }
    stop.abort();
    return this.has(word);
  }

  async end(): Promise<void> {
    this.process.kill('SIGKILL');
    while (!this.ended) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}

/** Kills one topology so many times, lets the last life finish, and compares its sink with the recomputation of the whole input. */
export async function runTopology(shape: Shape, { program, kills, seed }: CrashOptions): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-crash-'));
  const dice = new Dice(seed, `kills ${shape.name}`);
  const clock = systemClock();
  // About as much input as the lives before the last can take.
  const chunks = Math.max(30, Math.min(600, kills * 20));
  const options: ChildOptions = { folder, topology: shape.name, seed, chunks, paceMs: PACE_MS };
  let hits = 0;
  try {
    for (let kill = 0; kill < kills; kill++) {
      const life = new Life(program, options);
      if (dice.chance(0.85)) await life.says('open', LAST_LIFE_MS);
      await clock.sleep(dice.int(life.has('open') ? WORKING_MS : OPENING_MS));
      if (!life.has('idle')) hits++;
      await life.end();
      if (life.trouble !== '') return { topology: shape.name, hits, records: 0, failure: `kill ${kill}: ${life.trouble}` };
    }
    const last = new Life(program, { ...options, paceMs: 0 });
    const finished = await last.says('idle', LAST_LIFE_MS);
    await last.end();
    if (!finished) return { topology: shape.name, hits, records: 0, failure: `the last life did not come to its end: ${last.trouble}` };
    const input = inputOf(shape, seed, chunks);
    const rows = readSink(join(folder, 'sink.json'));
    const failure = checkSink(shape, rows, [input.flat()], PARTITIONS);
    return { topology: shape.name, hits, records: input.flat().length, failure };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSink(path: string): SinkRow[] {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  // Sound: the child has written it from values of this very type.
  return Array.isArray(parsed) ? (parsed as SinkRow[]) : [];
}
