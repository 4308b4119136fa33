import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, systemRandom } from '../env/index.js';
import { MillraceError } from '../errors/index.js';
import { CallWatch, describeFolder } from '../extension/index.js';
import type { FromThread, ThreadError, ThreadSetup, ToThread } from '../runtime/index.js';
import { runGroup } from './group-thread.js';

const BEAT_MS = 100;

/** The program of a thread that the engine starts: a task group of its own, or a look into a folder of functions. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new TypeError('This program is started as a worker thread of millrace');
  // The engine that starts the thread is of the same build, and gives it this.
  const setup = workerData as ThreadSetup;
  const watch = new CallWatch(new Int32Array(setup.watch));
  const clock = systemClock();
  const post: Parameters<typeof runGroup>[0]['post'] = (message, transfer = []) => port.postMessage(message, [...transfer]);
  try {
    if (setup.kind === 'group') {
      await runGroup({ setup, watch, clock, random: systemRandom(), post, onMessage: (handler) => void port.on('message', (message: ToThread) => handler(message)) });
    } else {
      watch.enter(0);
      const definitions = await describeFolder(setup.folder);
      watch.leave();
      post({ kind: 'found', definitions });
    }
  } catch (error) {
    post({ kind: 'failed', error: errorOf(error) } satisfies FromThread);
  }
  for (;;) {
    await clock.sleep(BEAT_MS);
    watch.beat();
  }
}

function errorOf(error: unknown): ThreadError {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof MillraceError ? error.code : 'SERVER', message, hint: error instanceof MillraceError ? (error.hint ?? null) : null };
}

await main();
