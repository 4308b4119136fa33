import { FILES } from './files.js';
import { INSPECT } from './inspect.js';
import { MetaError, STAY, type MetaCommand, type MetaContext, type MetaDone } from './meta-command.js';
import { REPEAT } from './repeat.js';
import { SETTINGS } from './settings.js';
import { SHOWS } from './shows.js';
import { STATEMENT_HELP, statementHelp } from './statement-help.js';

function help(rest: string, { screen }: MetaContext): MetaDone {
  const text = rest === '' ? `Statements: ${[...STATEMENT_HELP.keys()].join(', ')}. \\h STATEMENT shows how one is written.` : statementHelp(rest);
  if (text === null) throw new MetaError(`There is no help on ${rest}. \\h lists the statements.`);
  screen.write(`${text}\n`);
  return STAY;
}

const OWN: readonly MetaCommand[] = [
  {
    name: '\\history', takes: '', help: 'what was typed; !! and !n run it again, Ctrl-R searches it',
    run: (_rest, { history, screen }) => {
      screen.write(history().toReversed().map((entry, index) => `${String(index + 1).padStart(4)}: ${entry}\n`).join(''));
      return STAY;
    },
  },
  {
    name: '\\clear', takes: '', help: 'an empty screen',
    run: (_rest, { screen }) => {
      screen.write('\u001b[2J\u001b[H');
      return STAY;
    },
  },
  { name: '\\h', takes: '[statement]', help: 'how a statement is written', run: help },
  {
    name: '\\?', takes: '', help: 'this list',
    run: (_rest, { screen }) => {
      screen.write(overview());
      return STAY;
    },
  },
  { name: '\\q', takes: '', help: 'leave', run: () => ({ kind: 'leave' }) },
];

const COMMANDS: readonly MetaCommand[] = [...SHOWS, ...INSPECT, ...REPEAT, ...SETTINGS, ...FILES, ...OWN];
const BY_NAME: ReadonlyMap<string, MetaCommand> = new Map(COMMANDS.map((command) => [command.name, command]));
export const META_COMMANDS: readonly string[] = [...BY_NAME.keys()].toSorted();

function overview(): string {
  const uses = COMMANDS.map(({ name, takes }) => `${name} ${takes}`.trim());
  const width = Math.max(...uses.map((use) => use.length));
  const lines = COMMANDS.map(({ help: text }, index) => `  ${(uses[index] ?? '').padEnd(width)}  ${text}\n`);
  return `Statements end with a semicolon; Ctrl-C ends a query that runs, Ctrl-D leaves. Meta-commands:\n${lines.join('')}ksqlDB's words help, history, clear, version, server [URL], output MODE, spool FILE, run script FILE, set cli, request-pipelining\nand exit work as well.\n`;
}

/** Runs one meta-command. */
export async function runMeta(line: string, context: MetaContext): Promise<MetaDone> {
  const [name = '', ...words] = line.split(/\s+/);
  const command = BY_NAME.get(name);
  try {
    if (command === undefined) throw new MetaError(`There is no ${name}. \\? lists the meta-commands.`);
    if (command.reachesMachine === true && context.state.isSafe) throw new MetaError(`This prompt is safe: ${name} reaches files or programs of this machine.`);
    return await command.run(words.join(' ').trim(), context);
  } catch (error) {
    context.screen.error(error instanceof MetaError ? error.message : context.session.explain(error, line));
    return STAY;
  }
}
