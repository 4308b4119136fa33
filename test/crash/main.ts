import { runChild, type ChildOptions } from './child.js';
import { runTopology } from './run-topology.js';
import { TOPOLOGIES } from './topologies.js';

/** `npm run crash -- [--kills N] [--seed S] [--only TOPOLOGY]`: real processes on real folders, killed at random times. */
async function main(argv: readonly string[]): Promise<number> {
  const value = (name: string): string | null => (argv.includes(name) ? (argv[argv.indexOf(name) + 1] ?? null) : null);
  const child = value('--child');
  if (child !== null) {
    // Sound: written by the parent from a value of this type.
    await runChild(JSON.parse(child) as ChildOptions);
    return 0;
  }
  const kills = Number(value('--kills') ?? 40);
  const seed = Number(value('--seed') ?? 1);
  const only = value('--only');
  let failures = 0;
  for (const shape of TOPOLOGIES) {
    if (only !== null && shape.name !== only) continue;
    const started = performance.now();
    const result = await runTopology(shape, { program: process.argv[1] ?? '', kills, seed });
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${result.failure === null ? 'ok    ' : 'FAILED'} ${shape.name}: ${kills} kills, ${result.hits} before it was idle, ${result.records} records, ${seconds} s${result.failure === null ? '' : `: ${result.failure}`}`);
    if (result.failure !== null) failures++;
  }
  return failures === 0 ? 0 : 1;
}

process.exit(await main(process.argv.slice(2)));
