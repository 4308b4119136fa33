import { VERSION } from '../../src/env/index.js';
import { formatString } from '../../src/parser/index.js';
import { createRowPrinter } from '../format/row-printer.js';
import { settings } from '../prompt-state.js';
import type { QueryLoad } from '../query-load.js';
import { MetaError, STAY, type MetaCommand, type MetaContext, type MetaDone } from './meta-command.js';
import { every } from './repeat.js';
import { suggestedStream } from './sample.js';

const SAMPLE_ROWS = 5;
const MOST_SAMPLED = 1000;
const TOP_SECONDS = 1;

async function property(name: string, { session, state }: MetaContext): Promise<string | null> {
  for (const entity of await session.execute('SHOW PROPERTIES;', settings(state))) {
    if (entity['@type'] !== 'properties') continue;
    return entity.properties.find((each) => each.name === name)?.value ?? null;
  }
  return null;
}

/** Lines of PRINT as they come, until enough or Ctrl-C. */
async function printed(sql: string, context: MetaContext, take: (line: string) => void): Promise<void> {
  const { session, running } = context;
  running.begin();
  const result = await session.print(sql);
  running.canBeEndedBy(() => result.cancel());
  for await (const line of result.lines) if (line !== '') take(line);
}

async function sample(rest: string, context: MetaContext): Promise<MetaDone> {
  const [topic = '', count = ''] = rest.split(/\s+/);
  if (topic === '') throw new MetaError('Say which topic.');
  const name = topic.replace(/^'(.*)'$/, '$1');
  const lines: string[] = [];
  const rows = Math.min(MOST_SAMPLED, Number(count) || SAMPLE_ROWS);
  await printed(`PRINT ${formatString(name)} FROM BEGINNING LIMIT ${rows};`, context, (line) => {
    lines.push(line);
    context.screen.write(`${line}\n`);
  });
  const suggestion = suggestedStream(name, lines);
  if (suggestion !== null) context.screen.write(`\nA stream over it:\n${suggestion}\n`);
  return STAY;
}

async function errors(rest: string, context: MetaContext): Promise<MetaDone> {
  const topic = (await property('ksql.logging.processing.topic.name', context)) ?? `${(await property('ksql.service.id', context)) ?? 'default_'}ksql_processing_log`;
  context.screen.notice('The processing log, oldest first; Ctrl-C ends it.');
  await printed(`PRINT ${formatString(topic)} FROM BEGINNING;`, context, (line) => {
    if (rest === '' || line.toUpperCase().includes(rest.toUpperCase())) context.screen.write(`${line}\n`);
  });
  return STAY;
}

/** Records a second between two looks. */
function rates(before: readonly QueryLoad[], after: readonly QueryLoad[], seconds: number): ReadonlyMap<string, { readonly read: number; readonly written: number }> {
  const known = new Map(before.map((load) => [load.queryId, load]));
  const perSecond = (now: number, then: number | undefined): number => Math.round((now - (then ?? now)) / seconds);
  return new Map(after.map((load) => [load.queryId, { read: perSecond(load.read, known.get(load.queryId)?.read), written: perSecond(load.written, known.get(load.queryId)?.written) }]));
}

const TOP_COLUMNS = [['Query', 'STRING'], ['State', 'STRING'], ['Read/s', 'BIGINT'], ['Written/s', 'BIGINT'], ['Read', 'BIGINT'], ['Lag', 'BIGINT'], ['Late', 'BIGINT'], ['Errors', 'BIGINT']].map(([name = '', type = '']) => ({ name, type }));

async function top(_rest: string, context: MetaContext): Promise<MetaDone> {
  const { session, screen } = context;
  let before = await session.loads();
  let at = performance.now();
  await every(TOP_SECONDS, 'queries by records read a second', async () => {
    const loads = await session.loads();
    const now = performance.now();
    const rate = rates(before, loads, Math.max(0.001, (now - at) / 1000));
    const rows = loads
      .toSorted((left, right) => (rate.get(right.queryId)?.read ?? 0) - (rate.get(left.queryId)?.read ?? 0))
      .map(({ queryId, state, read, lag, late, errors: failed }) => [queryId, state, rate.get(queryId)?.read ?? 0, rate.get(queryId)?.written ?? 0, read, lag, late, failed].map(String));
    const printer = createRowPrinter('table', TOP_COLUMNS, { width: screen.width, rows, columnWidth: 0, wraps: false });
    screen.write(printer.header() + rows.map((row) => printer.row(row, '')).join('') + printer.end(rows.length));
    before = loads;
    at = now;
  }, context);
  return STAY;
}

async function graph(rest: string, context: MetaContext): Promise<MetaDone> {
  const id = rest.replace(/;$/, '');
  if (id === '') throw new MetaError('Say which query; \\dq lists them.');
  const { session, screen, state } = context;
  for (const entity of await session.execute(`EXPLAIN ${id};`, settings(state))) {
    if (entity['@type'] !== 'queryDescription') continue;
    screen.write(`${entity.queryDescription.topology.trimEnd()}\n`);
  }
  const load = (await session.loads()).find((each) => each.queryId.toUpperCase() === id.toUpperCase());
  if (load !== undefined) screen.write(`${load.state}: ${load.read} records read, ${load.written} written, ${load.lag} to read, ${load.late} late, ${load.errors} failed\n`);
  return STAY;
}

/** What runs, and what went wrong. */
export const INSPECT: readonly MetaCommand[] = [
  { name: '\\sample', takes: 'topic [n]', help: 'records of a topic, its formats, and a stream over it', run: sample },
  { name: '\\graph', takes: 'query', help: 'the topology of a running query and what went through it', run: graph },
  { name: '\\errors', takes: '[query]', help: 'follow the processing log', run: errors },
  { name: '\\top', takes: '', help: 'queries by rate, with lag and errors, each second', run: top },
  {
    name: '\\conninfo', takes: '[url]', help: 'where this prompt is connected, or another server',
    run: async (rest, { session, screen, state }) => {
      if (rest !== '') {
        if (state.isSafe) throw new MetaError('This prompt is safe: it stays with its server.');
        await session.moveTo(rest);
        screen.write(`Server now: ${rest}\n`);
        return STAY;
      }
      screen.write(`Connected to ${session.where}\n`);
      return STAY;
    },
  },
  {
    name: '\\version', takes: '', help: 'of this program',
    run: (_rest, { screen }) => {
      screen.write(`Version: ${VERSION}\n`);
      return STAY;
    },
  },
];
