import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, '..', '..', '..');
const folders: string[] = [];
const servers: ChildProcess[] = [];
afterAll(() => {
  for (const server of servers) server.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Bundles the command as it stands in the sources, below the repository so that its native packages are found. */
function bundle(): string {
  const outdir = join(ROOT, '.cache', `cli-${process.pid}-${folders.length}`);
  folders.push(outdir);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: { millrace: 'cli/millrace.ts' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['classic-level', '@nxtedition/rocksdb'],
    define: { __MILLRACE_VERSION__: '"0.0.0-test"' },
    banner: { js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return join(outdir, 'millrace.js');
}
const COMMAND = [process.execPath, bundle()] as const;

/** A folder that goes with the tests of the file. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
  folders.push(folder);
  return folder;
}

/** Nothing of the person who runs the tests: no settings, no history, no colours. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(KSQL_|MILLRACE_|NO_COLOR|FORCE_COLOR|VITEST|NODE_OPTIONS|LOG_LEVEL)/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command to its end. */
export function run(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Ended {
  const [node, ...rest] = COMMAND;
  const { status, stdout, stderr } = spawnSync(node, [...rest, ...args], { cwd: ROOT, input, encoding: 'utf8', env: environment(env), timeout: 50_000 });
  return { code: status, out: stdout, err: stderr };
}

/** Starts the command and gives the process. */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const [node, ...rest] = COMMAND;
  const child = spawn(node, [...rest, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: environment(env) });
  servers.push(child);
  return child;
}

/** Resolves with everything written so far once it contains the text. */
export function waitFor(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString('utf8');
      if (seen.includes(text)) resolve(seen);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code} before '${text}' came; saw: ${seen}`)));
  });
}

/** A server on a free port; gives its address. */
export async function startServer(folder: string): Promise<string> {
  const child = start(['server', '--set', 'listeners=http://127.0.0.1:0', '--set', `ksql.streams.state.dir=${folder}`]);
  const said = await waitFor(child, 'ready at ');
  return /ready at (\S+)/.exec(said)?.[1] ?? '';
}

export interface Step {
  /** Waits until this appears, behind what earlier steps waited for. */
  readonly expect: string;
  readonly send: string;
}
export interface Typed {
  readonly screen: string;
  readonly code: number;
  /** The text that never appeared, or null. */
  readonly missed: string | null;
}

/** Whether this machine can open a pseudo-terminal for the tests. */
export const hasTerminal = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode'], { stdio: 'ignore' }).status === 0;

/** Types at the prompt on a real pseudo-terminal. */
export function type(args: readonly string[], steps: readonly Step[], env: Readonly<Record<string, string>> = {}): Typed {
  const task = { argv: [...COMMAND, ...args], env: { TERM: 'xterm', ...env }, steps, timeout: 20, columns: 100 };
  const { stdout, stderr } = spawnSync('python3', [join(HERE, 'pty-driver.py')], { cwd: ROOT, input: JSON.stringify(task), encoding: 'utf8', env: environment({}), timeout: 55_000 });
  if (stdout === '') throw new Error(`The terminal driver failed: ${stderr}`);
  // The driver prints exactly this.
  return JSON.parse(stdout) as Typed;
}
