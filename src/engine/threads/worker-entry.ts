import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

declare const __MILLRACE_WORKER__: string | undefined;

export interface WorkerEntry {
  readonly url: URL;
  readonly execArgv: readonly string[];
}

/** The program of a thread: bundled beside this file or above its folder; in a checkout that runs its sources, those. */
export function workerEntry(): WorkerEntry {
  if (typeof __MILLRACE_WORKER__ === 'string') return { url: pathToFileURL(__MILLRACE_WORKER__), execArgv: [] };
  const bundled = ['./worker.js', '../worker.js'].map((path) => new URL(path, import.meta.url)).find((url) => existsSync(fileURLToPath(url)));
  return bundled === undefined ? { url: new URL('../../worker/worker.ts', import.meta.url), execArgv: ['--import', 'tsx'] } : { url: bundled, execArgv: [] };
}
