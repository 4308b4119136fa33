import { resolve } from 'node:path';
import { formatString } from '../../src/parser/index.js';
import { OUTPUT_MODES } from '../format/row-printer.js';
import type { Expanded, LiveView } from '../prompt-state.js';
import { DEFAULT_PAGER } from '../terminal/pager.js';
import { MetaError, STAY, type MetaCommand, type MetaContext, type MetaDone } from './meta-command.js';
import { runTexts } from './run-texts.js';

const EXPANDED: readonly Expanded[] = ['on', 'off', 'auto'];
const VIEWS: readonly LiveView[] = ['table', 'changelog', 'off'];

function oneOf<T extends string>(given: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === given.toLowerCase());
  if (found === undefined) throw new MetaError(`'${given}' is none of ${allowed.join(', ')}.`);
  return found;
}

function say(context: MetaContext, text: string): MetaDone {
  context.screen.write(`${text}\n`);
  return STAY;
}

// A word that is a mode chooses it; any other is a file. Nobody names a file "csv".
function output(rest: string, context: MetaContext): MetaDone {
  const { screen, state } = context;
  if (rest === '') {
    screen.redirect(null, false);
    return say(context, `Output is ${state.mode}, on the screen. Modes: ${OUTPUT_MODES.join(', ')}`);
  }
  const mode = OUTPUT_MODES.find((each) => each === rest.toLowerCase());
  if (mode === undefined) return toFile(rest, false, context);
  state.mode = mode;
  state.expanded = 'off';
  return say(context, `Output is ${mode}`);
}

function toFile(file: string, isOnce: boolean, context: MetaContext): MetaDone {
  if (context.state.isSafe) throw new MetaError('This prompt is safe: it writes no files.');
  if (file === '') throw new MetaError('Say which file.');
  context.screen.redirect(resolve(file), isOnce);
  return say(context, `${isOnce ? 'The next answer goes' : 'Answers go'} to ${resolve(file)}${isOnce ? '' : '; \\o ends it'}`);
}

function pager(rest: string, context: MetaContext): MetaDone {
  if (rest.toLowerCase() === 'off') {
    context.usePager(null);
    return say(context, 'Long answers are not paged');
  }
  const isPlain = rest === '' || rest.toLowerCase() === 'on';
  if (!isPlain && context.state.isSafe) throw new MetaError('This prompt is safe: it starts no programs.');
  const command = isPlain ? (context.environment['MILLRACE_PAGER'] ?? DEFAULT_PAGER) : rest;
  context.usePager(command);
  return say(context, `Long answers go through ${command}`);
}

function spool(rest: string, context: MetaContext): MetaDone {
  if (rest === '' || rest.toLowerCase() === 'off') {
    say(context, 'Nothing is copied any more');
    context.screen.spool(null);
    return STAY;
  }
  context.screen.spool(resolve(rest));
  return say(context, `All that is shown is copied to ${resolve(rest)}; \\spool off ends it`);
}

function variable(rest: string, context: MetaContext): MetaDone | Promise<MetaDone> {
  const [name = '', ...words] = rest.split(/\s+/);
  if (name !== '') return runTexts(`DEFINE ${name} = ${formatString(words.join(' ').replace(/^'(.*)'$/s, '$1'))};`, context);
  const { properties, variables } = context.state;
  const lines = [...[...properties].map(([key, value]) => `SET '${key}' = '${value}'`), ...[...variables].map(([key, value]) => `\${${key}} = ${value}`)];
  return say(context, lines.length === 0 ? 'Nothing is set' : lines.join('\n'));
}

/** How the prompt shows things. */
export const SETTINGS: readonly MetaCommand[] = [
  { name: '\\o', takes: '[mode or file]', help: `how answers are shown (${OUTPUT_MODES.join(', ')}), or where they go`, run: output },
  { name: '\\once', takes: 'file', help: 'the next answer goes to a file', reachesMachine: true, run: (rest, context) => toFile(rest, true, context) },
  {
    name: '\\x', takes: '[on|off|auto]', help: 'rows one below the other; auto: where they are too wide',
    run: (rest, context) => {
      context.state.expanded = rest === '' ? (context.state.expanded === 'off' ? 'on' : 'off') : oneOf(rest, EXPANDED);
      return say(context, `Rows one below the other: ${context.state.expanded}`);
    },
  },
  {
    name: '\\live', takes: '[table|changelog|off]', help: 'show changes as a table drawn in place, or with what each did',
    run: (rest, context) => {
      context.state.live = rest === '' ? 'table' : oneOf(rest, VIEWS);
      return say(context, `Live view: ${context.state.live}`);
    },
  },
  {
    name: '\\timing', takes: '[on|off]', help: 'how long statements take',
    run: (rest, context) => {
      context.state.timing = rest === '' ? !context.state.timing : oneOf(rest, ['on', 'off']) === 'on';
      return say(context, `Timing is ${context.state.timing ? 'on' : 'off'}`);
    },
  },
  { name: '\\pager', takes: '[on|off|command]', help: 'show long answers page by page', run: pager },
  { name: '\\spool', takes: 'file|off', help: 'copy everything shown to a file', reachesMachine: true, run: spool },
  { name: '\\set', takes: '[name value]', help: 'variables and settings, or a variable for ${name}', run: variable },
  {
    name: '\\wrap', takes: '[on|off]', help: 'long values go on in the next line, or are cut',
    run: (rest, context) => {
      context.state.wraps = rest === '' ? !context.state.wraps : oneOf(rest, ['on', 'off']) === 'on';
      return say(context, `Wrap is ${context.state.wraps ? 'on' : 'off'}`);
    },
  },
  {
    name: '\\pipelining', takes: '[on|off]', help: 'statements do not wait for the commands before them',
    run: (rest, context) => {
      if (rest !== '') context.state.pipelining = oneOf(rest, ['on', 'off']) === 'on';
      return say(context, `Request pipelining is ${context.state.pipelining ? 'on' : 'off'}`);
    },
  },
  {
    name: '\\width', takes: 'n', help: 'the width of every column; 0: what fits',
    run: (rest, context) => {
      if (!/^\d{1,4}$/.test(rest)) throw new MetaError('Say how many letters wide, or 0.');
      context.state.columnWidth = Number(rest);
      return say(context, `Column width is ${context.state.columnWidth === 0 ? 'what fits' : rest}`);
    },
  },
];
