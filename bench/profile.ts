import { Session } from 'node:inspector/promises';

/** Where the main thread's time went: `function file:line` by share, highest first. */
export interface ProfileLine {
  readonly where: string;
  readonly ms: number;
  readonly share: number;
}

const LINES = 40;

/** Runs the work under the sampling profiler. Idle time is left out. */
export async function profiled(work: () => Promise<void>): Promise<readonly ProfileLine[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const names = new Map(profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [id, `${functionName} ${url.split('/').at(-1) ?? ''}:${lineNumber + 1}`]));
  const micros = new Map<string, number>();
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const name = names.get(id) ?? '?';
    micros.set(name, (micros.get(name) ?? 0) + (profile.timeDeltas?.[i] ?? 0));
  }
  micros.delete('(idle) :0');
  const total = [...micros.values()].reduce((sum, each) => sum + each, 0);
  return [...micros].sort((a, b) => b[1] - a[1]).slice(0, LINES).map(([where, each]) => ({ where, ms: each / 1000, share: each / total }));
}
