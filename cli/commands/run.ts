import { readFileSync } from 'node:fs';
import type { LocalEngine } from '../../src/engine/index.js';
import { EXIT } from '../exit-codes.js';
import { applyScript } from '../headless/apply-script.js';
import { firstSignal } from '../headless/run-until-told.js';
import { openFolderEngine } from '../open-folder.js';
import { readSettings } from '../read-settings.js';
import { reportError } from '../report-error.js';

export interface RunCommand {
  readonly file: string;
  readonly data: string;
  readonly set: readonly string[];
  readonly force?: boolean;
  readonly untilIdle?: boolean;
}

async function open({ file, data, set }: RunCommand): Promise<{ readonly script: string; readonly local: LocalEngine } | number> {
  let script: string;
  try {
    script = readFileSync(file, 'utf8');
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  try {
    return { script, local: await openFolderEngine(data, set) };
  } catch (error) {
    reportError(error);
    return EXIT.unreachable;
  }
}

/** `millrace run`: the queries of a file, without statements over REST, until it is told to end. */
export async function runFile(command: RunCommand): Promise<number> {
  const opened = await open(command);
  if (typeof opened === 'number') return opened;
  const { script, local } = opened;
  try {
    const told = firstSignal();
    const properties = Object.fromEntries(readSettings(null, command.set, process.env, () => undefined).map(({ name, value }) => [name, value]));
    console.log(`${command.file}: ${await applyScript(script, local, { properties, force: command.force === true })}`);
    await Promise.race([told, ...(command.untilIdle === true ? [local.engine.whenIdle()] : [])]);
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  } finally {
    await local.engine.close();
  }
}
