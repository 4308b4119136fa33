import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { didYouMean, RequestError } from '../../src/errors/index.js';
import { formatIdentifier, formatString } from '../../src/parser/index.js';
import { openBulkSession, type BulkSession, type SessionOptions } from '../bulk/bulk-session.js';
import { Progress } from '../bulk/progress.js';
import { Dice } from '../datagen/dice.js';
import type { GeneratedField, RowSchema } from '../datagen/field.js';
import { fieldsOfSchema } from '../datagen/own-schema.js';
import { QUICK_STARTS } from '../datagen/quick-starts.js';
import { EXIT } from '../exit-codes.js';
import { reportError } from '../report-error.js';

export interface DatagenCommand extends SessionOptions {
  readonly quickstart?: string;
  readonly schema?: string;
  readonly topic?: string;
  readonly stream?: string;
  readonly key?: string;
  readonly keyFormat: string;
  readonly format: string;
  readonly timestamp?: string;
  readonly count?: string;
  readonly rate?: string;
  readonly seed: string;
  readonly stdout?: boolean;
  /** `name=value`, as ksql-datagen takes them. */
  readonly words: readonly string[];
}

const WORDS: ReadonlyMap<string, keyof DatagenCommand> = new Map([
  ['quickstart', 'quickstart'], ['schema', 'schema'], ['topic', 'topic'], ['key', 'key'], ['key-format', 'keyFormat'], ['value-format', 'format'], ['format', 'format'],
  ['timestamp', 'timestamp'], ['iterations', 'count'], ['msgRate', 'rate'],
]);
const ROWS_A_TIME = 1000;
const ROUND_MS = 100;

/** Options with the words of ksql-datagen over them. */
function withWords(command: DatagenCommand): DatagenCommand {
  const given = command.words.map((word) => {
    const at = word.indexOf('=');
    const option = WORDS.get(word.slice(0, Math.max(at, 0)));
    if (option === undefined) throw new RequestError('BAD_REQUEST', `Unknown argument: ${word}`, { hint: `${[...WORDS.keys()].join(', ')} are known, each as NAME=VALUE; see --help for options.` });
    return [option, word.slice(at + 1)] as const;
  });
  return { ...command, ...Object.fromEntries(given) };
}

function schemaOf({ quickstart, schema, key, topic }: DatagenCommand): RowSchema {
  if (schema !== undefined) {
    const { name, fields } = fieldsOfSchema(readFileSync(schema, 'utf8'));
    const keyField = fields.find((each) => each.name === (key ?? fields[0]?.name));
    if (keyField === undefined) throw new RequestError('BAD_REQUEST', `The schema has no field ${key ?? ''} to be the key`, { hint: didYouMean(key ?? '', fields.map((each) => each.name)) ?? undefined });
    return { name, fields, key: keyField.name, topic: topic ?? name };
  }
  const make = quickstart !== undefined && Object.hasOwn(QUICK_STARTS, quickstart.toLowerCase()) ? QUICK_STARTS[quickstart.toLowerCase()] : undefined;
  if (make === undefined) {
    const known = Object.keys(QUICK_STARTS);
    throw new RequestError('BAD_REQUEST', quickstart === undefined ? 'A quick start or a schema is needed' : `There is no quick start ${quickstart}`, { hint: didYouMean(quickstart ?? '', known) ?? `One of ${known.join(', ')}.` });
  }
  const found = make();
  if (key !== undefined && !found.fields.some((each) => each.name === key)) throw new RequestError('BAD_REQUEST', `There is no field ${key} to be the key`);
  return key === undefined ? found : { ...found, key };
}

function positive(value: string | undefined, name: string): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new RequestError('BAD_REQUEST', `${name} ${value} is not a number above zero`);
  return number;
}

const columnName = (field: GeneratedField): string => formatIdentifier(field.name.toUpperCase());
const keyField = (schema: RowSchema): GeneratedField | undefined => schema.fields.find((each) => each.name === schema.key);

/** The key is a column of its own: its field stays in the value, as ksql-datagen writes it. */
function declaration(schema: RowSchema, command: DatagenCommand, stream: string): string {
  const topic = command.topic ?? (command.schema === undefined ? `${schema.topic}_kafka_topic_${command.format.toLowerCase()}` : schema.topic);
  const columns = [`ROWKEY ${keyField(schema)?.type ?? 'STRING'} KEY`, ...schema.fields.map((field) => `${columnName(field)} ${field.type}`)];
  return `CREATE STREAM IF NOT EXISTS ${formatIdentifier(stream)} (${columns.join(', ')}) WITH (KAFKA_TOPIC=${formatString(topic)}, KEY_FORMAT=${formatString(command.keyFormat)}, VALUE_FORMAT=${formatString(command.format)}, PARTITIONS=1);`;
}

/** Rows as JSON objects, without end. */
function* rowTexts(schema: RowSchema, seed: number, timestamp: string | undefined): Generator<string> {
  const dice = new Dice(seed);
  for (let index = 0; ; index += 1) {
    const context = { dice, index, now: Date.now() };
    const values = schema.fields.map((field) => ({ field, json: field.make(context) }));
    const find = (name: string | undefined): string | null => values.find(({ field }) => field.name === name)?.json ?? null;
    const body = values.map(({ field, json }) => `${JSON.stringify(field.name.toUpperCase())}:${json}`).join(',');
    yield `{"ROWKEY":${find(schema.key) ?? 'null'},${body}${timestamp === undefined ? '' : `,"ROWTIME":${find(timestamp) ?? 'null'}`}}`;
  }
}

interface Pace {
  readonly count: number;
  /** Rows a second. */
  readonly rate: number | null;
  readonly isInterrupted: () => boolean;
}

/** Gives rows to `send`, all at once or so many a second. */
async function generate(rows: Iterator<string>, { count, rate, isInterrupted }: Pace, send: (lines: readonly string[]) => Promise<void>): Promise<void> {
  const started = performance.now();
  for (let sent = 0; sent < count && !isInterrupted(); ) {
    const due = rate === null ? count : Math.floor(((performance.now() - started) / 1000) * rate) + 1;
    const size = Math.min(ROWS_A_TIME, count - sent, due - sent);
    if (size > 0) {
      await send(Array.from({ length: size }, () => String(rows.next().value)));
      sent += size;
    }
    if (rate !== null && sent < count) await delay(Math.min(ROUND_MS, 1000 / rate));
  }
}

async function toStandardOutput(rows: Iterator<string>, pace: Pace): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed));
  await generate(rows, pace, async (lines) => {
    if (!process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
  });
}

async function toStream(rows: Iterator<string>, pace: Pace, { session, stream }: { readonly session: BulkSession; readonly stream: string }): Promise<void> {
  const progress = new Progress('generated', process.stderr.isTTY === true);
  await generate(rows, pace, async (lines) => {
    const { appended } = await session.importRows({ target: `\`${stream}\``, lines, position: 0, values: 'json', onError: 'stop', token: null }).then((outcome) => {
      const [first] = outcome.rejected;
      if (first !== undefined) throw new RequestError('BAD_REQUEST', `${stream} does not take the rows: ${first.message}`, { hint: 'Name another stream with --stream.' });
      return outcome;
    });
    progress.add(appended);
  });
  progress.end(` into ${stream}`);
}

/** `millrace datagen`: made-up rows of ksqlDB's quick starts or of an own schema, the same for the same seed. */
export async function runDatagen(given: DatagenCommand): Promise<number> {
  let interrupted = false;
  process.on('SIGINT', () => (interrupted = true));
  try {
    const command = withWords(given);
    const schema = schemaOf(command);
    const pace = { count: positive(command.count, '--count') ?? Number.POSITIVE_INFINITY, rate: positive(command.rate, '--rate'), isInterrupted: () => interrupted };
    const rows = rowTexts(schema, Number(command.seed), command.timestamp);
    if (command.stdout === true) {
      await toStandardOutput(rows, pace);
      return EXIT.done;
    }
    const session = await openBulkSession(command);
    try {
      const stream = (command.stream ?? schema.name).toUpperCase();
      await session.execute(declaration(schema, command, stream));
      await toStream(rows, pace, { session, stream });
    } finally {
      await session.close();
    }
    return EXIT.done;
  } catch (error) {
    reportError(error);
    return EXIT.failed;
  }
}
