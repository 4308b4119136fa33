import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../tidy/tree.js';

/** Where `npm run test:clients` puts the clients of other projects. */
const CLIENTS = join(ROOT, '.cache', 'clients');
export const TOURS = join(ROOT, 'test', 'clients', 'tours');
const run = promisify(execFile);
const LIMIT = { timeout: 120_000, maxBuffer: 1 << 24 };

function answers(command: string, args: readonly string[]): boolean {
  return spawnSync(command, [...args], { stdio: 'ignore' }).status === 0;
}

/** What this machine has, and how each is called. null: it is not here. */
export const RUNTIMES = {
  curl: answers('curl', ['--http2-prior-knowledge', '--version']) ? 'curl' : null,
  java: answers('java', ['--version']) ? 'java' : null,
  cube: existsSync(join(CLIENTS, 'node', 'node_modules', '@cubejs-backend', 'ksql-driver')) ? join(CLIENTS, 'node', 'node_modules') : null,
  ksql: python('ksql', 'ksql_tour.py'),
  jetblack: python('jetblack_ksql_dbapi', 'jetblack_tour.py'),
};

function python(module: string, script: string): string | null {
  const command = join(CLIENTS, module, 'bin', 'python');
  return existsSync(command) && answers(command, [join(TOURS, script)]) ? command : null;
}

/** Runs a tour to its end and gives what it printed. */
export async function tour(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run(command, [...args], { ...LIMIT, env: { ...process.env, ...env } });
  return stdout.trim();
}

/** The last line of a tour, which is JSON. */
export async function tourJson(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return JSON.parse((await tour(command, args, env)).split('\n').at(-1) ?? 'null');
}
