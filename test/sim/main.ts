import { runSeed, type SeedResult } from './run-seed.js';

/** `npm run sim -- --seeds N --from S`, `--seed S` (with the end of its trace), `--twice` (equal traces), `--planted`. */
interface Options {
  readonly from: number;
  readonly seeds: number;
  readonly shown: boolean;
  readonly twice: boolean;
  readonly stopsAtFirst: boolean;
  readonly planted: boolean;
  /** One planted bug. */
  readonly only: string | null;
}

function readOptions(argv: readonly string[]): Options {
  const number = (name: string): number | null => {
    const at = argv.indexOf(name);
    return at < 0 ? null : Number(argv[at + 1]);
  };
  const seed = number('--seed');
  return {
    from: seed ?? number('--from') ?? 1,
    seeds: seed === null ? (number('--seeds') ?? 100) : 1,
    shown: seed !== null,
    twice: argv.includes('--twice'),
    stopsAtFirst: argv.includes('--first'),
    planted: argv.includes('--planted'),
    only: argv.includes('--only') ? (argv[argv.indexOf('--only') + 1] ?? null) : null,
  };
}

/** One line that says all that is needed to see it again. */
export function failureLine(result: SeedResult): string {
  return `seed ${result.seed} [${result.shape}] ${JSON.stringify(result.options)}: ${result.failure ?? 'passed'}`;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.planted) {
    // Only here: bundling needs packages that the simulation itself does not.
    const { runPlanted } = await import('./planted/run-planted.js');
    return runPlanted(process.env['MILLRACE_ROOT'] ?? process.cwd(), options.only);
  }
  const started = performance.now();
  const states = new Map<string, number>();
  let failures = 0;
  let done = 0;
  for (let seed = options.from; seed < options.from + options.seeds; seed++) {
    const result = await runSeed(seed, options.shown ? 2000 : 0);
    done++;
    for (const [state, count] of result.states) states.set(state, (states.get(state) ?? 0) + count);
    if (options.shown) for (const line of result.tail) console.log(line);
    const again = options.twice ? await runSeed(seed) : result;
    const repeats = again.digest === result.digest;
    if (result.failure !== null || options.shown) console.log(failureLine(result));
    if (!repeats) console.log(`seed ${seed} [${result.shape}]: the second run went another way`);
    if (result.failure === null && repeats) continue;
    failures++;
    if (options.stopsAtFirst) break;
  }
  for (const [state, count] of [...states].toSorted(([left], [right]) => (left < right ? -1 : 1))) console.log(`reached ${String(count).padStart(6)}  ${state}`);
  console.log(`${done} seeds, ${failures} failed, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return failures === 0 ? 0 : 1;
}

process.exit(await main());
