import { findProperty, PROPERTIES, Settings, shownValue } from '../../src/engine/index.js';
import { EXIT } from '../exit-codes.js';
import { readSettings, type GivenSetting } from '../read-settings.js';
import { reportError } from '../report-error.js';

export interface ConfigCommand {
  readonly file: string | null;
  readonly set: readonly string[];
  readonly origin?: boolean;
  /** Only what differs from the defaults. */
  readonly changed?: boolean;
  readonly output: string;
}

interface ShownSetting {
  readonly name: string;
  readonly value: string | null;
  readonly origin: string;
}

function originOf(given: readonly GivenSetting[], name: string): string {
  const canonical = (text: string): string => findProperty(text)?.name ?? text;
  const last = given.findLast((each) => canonical(each.name) === name);
  return last === undefined ? 'default' : `${last.origin}: ${last.from}`;
}

/** Every setting in force, by name; the names of the stream runtime with their prefix. */
function shownSettings(given: readonly GivenSetting[]): readonly ShownSetting[] {
  const settings = Settings.ofServer(given.map(({ name, value }) => [name, value] as const));
  const names = new Set([...PROPERTIES.values()].map((definition) => definition.name));
  for (const name of settings.serverNames()) names.add(name);
  return [...names].sort().map((name) => {
    const value = settings.text(name);
    const prefix = PROPERTIES.get(name)?.scope === 'streams' ? 'ksql.streams.' : '';
    return { name: `${prefix}${name}`, value: value === null ? null : shownValue(name, value), origin: originOf(given, name) };
  });
}

/** `millrace config print`: the settings a server would start with, secrets hidden. */
export function runConfigPrint(command: ConfigCommand): number {
  let given: readonly GivenSetting[];
  try {
    given = readSettings(command.file, command.set, process.env, (message) => console.error(`warning: ${message}`));
  } catch (error) {
    reportError(error);
    return EXIT.usage;
  }
  const shown = shownSettings(given).filter((setting) => command.changed !== true || setting.origin !== 'default');
  if (command.output === 'json') {
    console.log(JSON.stringify(shown, null, 2));
    return EXIT.done;
  }
  const line = ({ name, value, origin }: ShownSetting): string => `${value === null ? '# ' : ''}${name}=${(value ?? '').replaceAll('\n', String.raw`\n`)}`.concat(command.origin === true ? `\t# ${origin}` : '');
  for (const setting of shown) console.log(line(setting));
  return EXIT.done;
}
