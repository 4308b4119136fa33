import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { object, objects, text } from '../../src/testing/conformance/case-file.js';
import { runQueryCase } from '../../src/testing/conformance/run-query-case.js';
import type { LiteralObject } from '../../src/testing/literal-json.js';
import { VERSION } from '../../src/env/index.js';
import { ROOT } from '../tidy/tree.js';
import { differences } from './differences.js';
import { GoldenEngine, type GoldenMode } from './golden-engine.js';
import { expectedOf, parseGolden, printGolden } from './golden-file.js';

/** `GOLDEN_SAVE=1` saves the plans of this version where there are none. `GOLDEN_UPDATE=1` writes what the straight run gives; the difference is reviewed like code. */
const UPDATE = process.env['GOLDEN_UPDATE'] === '1';
const SAVE = process.env['GOLDEN_SAVE'] === '1';
const FOLDER = join(ROOT, 'test', 'golden', 'queries');
/** Command logs by the version that wrote them, a file for each file of cases. They are never rewritten: a plan saved then runs now. */
const SAVED = join(ROOT, 'test', 'golden', 'plans', 'saved');
const STRAIGHT: GoldenMode = { partitions: 1, exchange: 'memory', restartsAfter: null };

/** What this version logs for the cases of a file, by their ids. */
async function savePlans(name: string, cases: readonly LiteralObject[]): Promise<void> {
  const path = join(SAVED, VERSION, name);
  if (existsSync(path)) return;
  const entries: string[] = [];
  for (const data of cases.filter((each) => !each.has('expectedError'))) {
    const engine = await GoldenEngine.open(data, STRAIGHT);
    await engine.run();
    entries.push(`  ${JSON.stringify(text(data, 'id') ?? '')}: [\n${(await engine.commands()).map((command) => `    ${command}`).join(',\n')}\n  ]`);
    await engine.close();
  }
  if (entries.length === 0) return;
  mkdirSync(join(SAVED, VERSION), { recursive: true });
  writeFileSync(path, `{\n${entries.join(',\n')}\n}\n`);
}

/** The command logs of a case, by version. */
function savedPlans(name: string, id: string): (readonly [version: string, commands: readonly string[]])[] {
  return readdirSync(SAVED).flatMap((version) => {
    const path = join(SAVED, version, name);
    if (!existsSync(path)) return [];
    // Sound: `savePlans` writes lists of JSON texts by case.
    const logs = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, readonly object[]>>;
    const commands = logs[id];
    return commands === undefined ? [] : [[version, commands.map((command) => JSON.stringify(command))] as const];
  });
}

async function outputsOf(data: LiteralObject): Promise<LiteralObject[]> {
  const engine = await GoldenEngine.open(data, STRAIGHT);
  try {
    await engine.run();
    const sinks = new Set([...engine.local.engine.catalog().queries.values()].flatMap((query) => engine.local.engine.catalog().sources.get(query.sink ?? '')?.topic ?? []));
    const outputs: LiteralObject[] = [];
    for (const topic of sinks) {
      const codec = engine.codec(topic, true);
      for (const record of await engine.read(topic)) if (codec !== null) outputs.push(expectedOf(topic, await codec.decode(record)));
    }
    return outputs;
  } finally {
    await engine.close();
  }
}

async function update(path: string): Promise<void> {
  const file = parseGolden(readFileSync(path, 'utf8'));
  const cases: LiteralObject[] = [];
  for (const data of file.cases) cases.push(data.has('expectedError') ? data : new Map([...data, ['outputs', await outputsOf(data)]]));
  writeFileSync(path, printGolden({ ...file, cases }));
}

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.json')).sort()) {
  const path = join(FOLDER, name);
  if (UPDATE) await update(path);
  if (SAVE) await savePlans(name, parseGolden(readFileSync(path, 'utf8')).cases);
  describe(name.replace('.json', ''), () => {
    for (const data of parseGolden(readFileSync(path, 'utf8')).cases) {
      const id = text(data, 'id') ?? '';
      if (object(data, 'expectedError') !== null) {
        it(`${id}: is refused`, async () => expect(await runQueryCase({ id, folder: 'query', data })).toEqual({ id, failure: null, strict: null }));
        continue;
      }
      const half = Math.floor(objects(data, 'inputs').length / 2);
      const modes: (readonly [string, GoldenMode])[] = [
        ['straight', STRAIGHT],
        ['over topics', { ...STRAIGHT, exchange: 'topic' }],
        ['restored in the middle', { ...STRAIGHT, restartsAfter: half }],
        ['restored, over topics', { ...STRAIGHT, exchange: 'topic', restartsAfter: half }],
      ];
      // Stream time is kept per partition; a case that leans on it says so.
      if (!data.has('singlePartition')) modes.push(['three partitions', { ...STRAIGHT, partitions: 3 }], ['three partitions, over topics, restored', { partitions: 3, exchange: 'topic', restartsAfter: half }]);
      for (const [version, savedCommands] of savedPlans(name, id)) modes.push([`as planned by ${version}`, { ...STRAIGHT, savedCommands }], [`as planned by ${version}, over topics, restored`, { ...STRAIGHT, exchange: 'topic', restartsAfter: half, savedCommands }]);
      it(id, async () => {
        for (const [mode, settings] of modes) expect({ mode, difference: await differences(data, settings) }).toEqual({ mode, difference: null });
      });
    }
  });
}
