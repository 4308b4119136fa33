import type { FunctionEntry } from '../../engine/index.js';
import { InternalError, MillraceError } from '../../errors/index.js';
import type { LiteralObject } from '../literal-json.js';
import { CaseEngine } from './case-engine.js';
import { object, objects, text, texts, type CaseData } from './case-file.js';
import { expectedTopics, judgeTopic } from './judge-topic.js';
import { checkPost } from './post-conditions.js';
import type { RawRecord } from './topic-codec.js';

/** What became of a case. `failure`: why the base figure is missed; `strict`: what only the stricter figures ask for. */
export interface CaseResult {
  readonly id: string;
  readonly failure: string | null;
  readonly strict: string | null;
}

/** Whether an error was raised on purpose, about the statement. */
function isOnPurpose(error: unknown): error is MillraceError {
  return error instanceof MillraceError && !(error instanceof InternalError);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function statementMatches(error: MillraceError, data: LiteralObject): boolean {
  const statements = texts(data, 'statements');
  const wanted = object(data, 'expectedError');
  if (wanted === null || text(wanted, 'statement') !== 'last' || error.statementText === undefined) return true;
  const flat = (sql: string): string => sql.replace(/\s+/g, ' ').replace(/;\s*$/, '').trim();
  // A text that does not parse is refused as a whole.
  if (error.code === 'PARSE' && flat(error.statementText) === flat(statements.join('\n'))) return true;
  return flat(statements.at(-1) ?? '').includes(flat(error.statementText));
}

function judgeRefusal(data: LiteralObject, wanted: LiteralObject, error: unknown): Omit<CaseResult, 'id'> {
  if (!isOnPurpose(error)) return { failure: `an internal fault: ${messageOf(error)}`, strict: null };
  if (text(wanted, 'phase') === 'runtime') return { failure: `refused too early: ${error.message}`, strict: null };
  if (!statementMatches(error, data)) return { failure: `another statement was refused: ${error.message}`, strict: null };
  const message = text(wanted, 'message');
  const shown = `${error.message}\nStatement: ${error.statementText ?? ''}`;
  const phase = error.code === 'PARSE' ? 'parse' : 'statement';
  const cause = text(wanted, 'causeMessage');
  const causeText = error.cause instanceof Error ? error.cause.message : error.message;
  if (message !== null && !error.message.includes(message) && !shown.includes(message)) return { failure: null, strict: `message: ${error.message} — wanted: ${message}` };
  if (phase !== text(wanted, 'phase')) return { failure: null, strict: `phase: ${phase}` };
  return { failure: null, strict: cause !== null && !causeText.includes(cause) ? `cause: ${causeText}` : null };
}

async function failedQuery(engine: CaseEngine): Promise<string | null> {
  for (const entity of await engine.local.engine.execute('SHOW QUERIES EXTENDED;')) {
    if (entity['@type'] !== 'query_descriptions') continue;
    for (const query of entity.queryDescriptions) if (query.queryErrors.length > 0) return query.queryErrors.at(-1)?.errorMessage ?? '';
  }
  return null;
}

interface Feed {
  readonly queryId: string;
  readonly topics: ReadonlySet<string>;
}

function feeds(engine: CaseEngine): readonly Feed[] {
  const catalog = engine.local.engine.catalog();
  return [...catalog.queries.values()].map((query) => ({
    queryId: query.id,
    topics: new Set(query.sources.flatMap((source) => catalog.sources.get(source)?.topic ?? [])),
  }));
}

/** All records of the topics a case judges, and of those that later queries read. */
export type TopicRecords = Map<string, RawRecord[]>;

// One query from the start of its input to quiescence, record by record.
async function runOne(engine: CaseEngine, feed: Feed, data: LiteralObject, written: TopicRecords): Promise<void> {
  const before = new Map<string, number>();
  for (const topic of written.keys()) before.set(topic, (await engine.read(topic)).length);
  await engine.local.engine.execute(`RESUME \`${feed.queryId}\`;`);
  const push = async (topic: string, record: RawRecord): Promise<void> => {
    await engine.produce(topic, record);
    await engine.local.engine.whenIdle();
  };
  const inputs = objects(data, 'inputs');
  const inInputs = new Set(inputs.map((record) => text(record, 'topic') ?? ''));
  for (const input of inputs) {
    const topic = text(input, 'topic') ?? '';
    if (!feed.topics.has(topic)) continue;
    const record = await engine.codec(topic, false)?.encode(input);
    if (record !== undefined) await push(topic, record);
  }
  const fed = new Set<string>();
  for (const topic of feed.topics) {
    if (inInputs.has(topic) || fed.has(topic)) continue;
    fed.add(topic);
    for (const record of written.get(topic) ?? []) await push(topic, record);
  }
  const catalog = engine.local.engine.catalog();
  const sink = catalog.queries.get(feed.queryId)?.sink;
  const sinkTopic = sink === null || sink === undefined ? undefined : catalog.sources.get(sink)?.topic;
  if (sinkTopic === undefined) return;
  const own = feed.topics.has(sinkTopic) ? inputs.filter((record) => text(record, 'topic') === sinkTopic).length : 0;
  const records = (await engine.read(sinkTopic)).slice(own);
  written.set(sinkTopic, [...(written.get(sinkTopic) ?? []), ...records]);
}

async function inputRecords(engine: CaseEngine, data: LiteralObject): Promise<TopicRecords> {
  const written: TopicRecords = new Map();
  for (const input of objects(data, 'inputs')) {
    const topic = text(input, 'topic') ?? '';
    const record = await engine.codec(topic, false)?.encode(input);
    if (record !== undefined) written.set(topic, [...(written.get(topic) ?? []), record]);
  }
  return written;
}

async function accept(data: LiteralObject, functions?: readonly FunctionEntry[]): Promise<CaseEngine> {
  const engine = await CaseEngine.open(data, 'stepwise', functions);
  try {
    await engine.local.engine.execute(texts(data, 'statements').join('\n'));
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function runAccepted(first: CaseEngine, data: LiteralObject, functions?: readonly FunctionEntry[]): Promise<Omit<CaseResult, 'id'>> {
  const queries = feeds(first);
  const wanted = object(data, 'expectedError');
  if (wanted === null && queries.length === 0) return { failure: 'no query was started', strict: null };
  if (wanted !== null && text(wanted, 'phase') !== 'runtime') return { failure: 'was not refused', strict: null };
  const outputs = await inputRecords(first, data);
  const produced: TopicRecords = new Map();
  for (const [index, feed] of queries.entries()) {
    const engine = index === 0 ? first : await accept(data, functions);
    try {
      await runOne(engine, feed, data, produced);
      const failed = await failedQuery(engine);
      if (failed !== null) return failureAtRuntime(wanted, failed);
    } finally {
      if (engine !== first) await engine.close();
    }
  }
  if (wanted !== null) return { failure: 'the query did not fail', strict: null };
  for (const [topic, records] of produced) outputs.set(topic, [...(outputs.get(topic) ?? []), ...records]);
  let strict: string | null = null;
  for (const [topic, expected] of expectedTopics(data)) {
    const verdict = await judgeTopic(first, topic, expected, outputs.get(topic) ?? [], text(data, 'numberComparison') === 'double');
    if (verdict.failure !== null) return verdict;
    strict ??= verdict.strict;
  }
  const post = await checkPost(first, data);
  return { failure: post.failure, strict: strict ?? post.strict };
}

function failureAtRuntime(wanted: LiteralObject | null, failed: string): Omit<CaseResult, 'id'> {
  if (wanted === null) return { failure: `the query failed: ${failed}`, strict: null };
  const messages = [text(wanted, 'message'), text(wanted, 'causeMessage')].filter((each) => each !== null);
  return { failure: null, strict: messages.every((message) => failed.includes(message)) ? null : `runtime message: ${failed}` };
}

/** Runs and judges one query case. Never throws: whatever happens is a result. `functions`: over the built-in ones; default those that the cases call. */
export async function runQueryCase({ id, data }: Pick<CaseData, 'id' | 'data'> & Partial<CaseData>, functions?: readonly FunctionEntry[]): Promise<CaseResult> {
  const wanted = object(data, 'expectedError');
  let engine: CaseEngine;
  try {
    engine = await accept(data, functions);
  } catch (error) {
    if (wanted === null) return { id, failure: `refused: ${messageOf(error)}${isOnPurpose(error) ? '' : ' (internal)'}`, strict: null };
    return { id, ...judgeRefusal(data, wanted, error) };
  }
  try {
    return { id, ...(await runAccepted(engine, data, functions)) };
  } catch (error) {
    return { id, failure: `fault: ${messageOf(error)}`, strict: null };
  } finally {
    await engine.close();
  }
}

