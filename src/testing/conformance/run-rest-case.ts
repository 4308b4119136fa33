import { silentLogger } from '../../env/index.js';
import { openServer, ServerMetrics, type RunningServer } from '../../server/index.js';
import { isList, isObject, parseLiteralJson, printLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';
import { CaseEngine } from './case-engine.js';
import { number, object, objects, properties, text, texts, type CaseData } from './case-file.js';
import { valueMatches } from './judge.js';
import { expectedTopics, judgeTopic } from './judge-topic.js';
import { adminDifference, protoDifference, queryDifference } from './rest-answers.js';
import type { CaseResult } from './run-query-case.js';
import type { RawRecord } from './topic-codec.js';

type Verdict = Omit<CaseResult, 'id'>;
const failed = (failure: string): Verdict => ({ failure, strict: null });
const PASSED: Verdict = { failure: null, strict: null };

const V1 = 'application/vnd.ksql.v1+json';
const PROTOBUF = 'application/vnd.ksql.v1+protobuf';

/** One answer as it was read; `list` where it is a JSON array. */
interface Answer {
  readonly status: number;
  readonly body: LiteralJson;
  readonly list: readonly LiteralJson[];
}

/** A server over an engine of its own, for one case. */
class RestCase {
  private constructor(
    private readonly data: LiteralObject,
    readonly engine: CaseEngine,
    private readonly server: RunningServer,
  ) {}

  static async open(data: LiteralObject): Promise<RestCase> {
    const engine = await CaseEngine.open(data, 'live');
    const { local } = engine;
    const server = await openServer({
      engine: local.engine,
      settings: local.settings,
      clock: local.env.clock,
      logger: silentLogger,
      metrics: new ServerMetrics(),
      listeners: ['http://127.0.0.1:0'],
      isValidProperty: () => true,
    });
    return new RestCase(data, engine, server);
  }

  async close(): Promise<void> {
    await this.server.close(0);
    await this.engine.close();
  }

  /** Sends a request; `onHeader` runs once the answer has begun. */
  async post(path: string, body: object, accept: string, onHeader?: () => Promise<void>): Promise<Answer> {
    const response = await fetch(new URL(path, this.server.url), { method: 'POST', headers: { accept, 'content-type': V1 }, body: JSON.stringify(body) });
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let received = '';
    for (let pending = onHeader; reader !== undefined; ) {
      const piece = await reader.read();
      if (piece.done) break;
      const bytes: unknown = piece.value;
      received += decoder.decode(bytes instanceof Uint8Array ? bytes : undefined, { stream: true });
      if (pending === undefined) continue;
      await pending();
      pending = undefined;
    }
    const parsed = received === '' ? null : parseLiteralJson(received);
    return { status: response.status, body: parsed, list: isList(parsed) ? parsed : [] };
  }

  admin(): Promise<Answer> {
    const statements = texts(this.data, 'statements').slice(0, this.firstQuery);
    return this.post('/ksql', { ksql: statements.join('\n'), streamsProperties: properties(this.data) }, V1);
  }

  query(sql: string, onHeader?: () => Promise<void>): Promise<Answer> {
    return this.post('/query', { ksql: sql, streamsProperties: properties(this.data) }, V1, onHeader);
  }

  protobufQuery(sql: string): Promise<Answer> {
    return this.post('/query-stream', { sql, properties: properties(this.data) }, PROTOBUF);
  }

  get firstQuery(): number {
    return number(this.data, 'firstQuery') ?? 0;
  }
  get queries(): readonly string[] {
    return texts(this.data, 'statements').slice(this.firstQuery);
  }

  async produceInputs(): Promise<void> {
    for (const input of objects(this.data, 'inputs')) {
      const topic = text(input, 'topic') ?? '';
      const record = await this.engine.codec(topic, false)?.encode(input);
      if (record !== undefined) await this.engine.produce(topic, record);
    }
  }
}

function judgeError(answer: Answer, wanted: LiteralObject, lastStatement: string): Verdict {
  const inStream = answer.list.map((each) => (isObject(each) ? object(each, 'errorMessage') : null)).find((each) => each !== null);
  const error = isObject(answer.body) ? answer.body : (inStream ?? null);
  if (error === null || (answer.status === 200 && inStream === undefined)) return failed(`was not refused: ${printLiteralJson(answer.body).slice(0, 300)}`);
  const status = number(wanted, 'status');
  if (status === null ? answer.status < 400 || answer.status >= 500 : answer.status !== status) return failed(`status ${answer.status}: ${text(error, 'message') ?? ''}`);
  const type = text(wanted, 'type');
  const actual = text(error, '@type');
  if (type !== null && actual !== type && !(type === 'generic_error' && actual === 'statement_error')) return failed(`type ${actual ?? 'none'}`);
  const flat = (sql: string): string => sql.replace(/\s+/g, ' ').trim();
  if (type === 'statement_error' && !flat(text(error, 'statementText') ?? '').includes(flat(lastStatement))) return failed(`statementText ${text(error, 'statementText') ?? 'none'}`);
  const message = text(wanted, 'message');
  const said = text(error, 'message') ?? '';
  return { failure: null, strict: message === null || said.includes(message) ? null : `message: ${said} — wanted: ${message}` };
}

// On a topic with several partitions the order counts within a key only.
async function ordered(engine: CaseEngine, topic: string, expected: readonly LiteralObject[]): Promise<readonly RawRecord[]> {
  const codec = engine.codec(topic, true);
  const records = await engine.read(topic);
  if (codec === null) return records;
  const left = [];
  for (const record of records) left.push({ record, key: (await codec.decode(record)).key });
  const result: RawRecord[] = [];
  for (const wanted of expected) {
    const index = left.findIndex(({ key }) => valueMatches(key, wanted.get('key') ?? null, { looseDoubles: true, exactDoubleText: false }));
    const [taken] = left.splice(Math.max(index, 0), 1);
    if (taken !== undefined) result.push(taken.record);
  }
  return [...result, ...left.map(({ record }) => record)];
}

async function judgeTopics(rest: RestCase, data: LiteralObject): Promise<Verdict> {
  for (const [topic, expected] of expectedTopics(data)) {
    const verdict = await judgeTopic(rest.engine, topic, expected, await ordered(rest.engine, topic, expected), text(data, 'numberComparison') === 'double', false);
    if (verdict.failure !== null) return verdict;
  }
  return PASSED;
}

async function answers(rest: RestCase, data: LiteralObject, admin: Answer): Promise<{ readonly list: readonly unknown[]; readonly refused: Answer | null }> {
  const list: { readonly kind: 'admin' | 'query' | 'queryProto'; readonly actual: LiteralJson | readonly LiteralJson[] }[] = admin.list.map((actual) => ({ kind: 'admin', actual }));
  const later = data.get('produceInputsAfterQueryStarts') === true;
  for (const sql of rest.queries) {
    const answer = await rest.query(sql, later ? () => rest.produceInputs() : undefined);
    if (answer.status !== 200) return { list, refused: answer };
    list.push({ kind: 'query', actual: answer.list });
  }
  if (data.get('alsoQueryAsProtobuf') !== true) return { list, refused: null };
  for (const sql of rest.queries) {
    const answer = await rest.protobufQuery(sql);
    if (answer.status !== 200) return { list, refused: answer };
    list.push({ kind: 'queryProto', actual: answer.list });
  }
  return { list, refused: null };
}

function responseDifference(actual: unknown, expected: LiteralObject, verifiesOrder: boolean): string | null {
  if (typeof actual !== 'object' || actual === null || !('actual' in actual)) return 'is missing';
  // Made by `answers` from parsed JSON.
  const got = actual.actual as LiteralJson;
  const admin = object(expected, 'admin');
  if (admin !== null) return adminDifference(got, admin);
  const list = isList(got) ? got : [];
  return expected.has('query') ? queryDifference(list, objects(expected, 'query'), verifiesOrder) : protoDifference(list, objects(expected, 'queryProto'));
}

async function judge(rest: RestCase, data: LiteralObject): Promise<Verdict> {
  const wanted = object(data, 'expectedError');
  const last = texts(data, 'statements').at(-1) ?? '';
  const admin = rest.firstQuery === 0 ? { status: 200, body: [], list: [] } : await rest.admin();
  if (admin.status !== 200) return wanted === null ? failed(`refused: ${printLiteralJson(admin.body)}`) : judgeError(admin, wanted, last);
  if (data.get('produceInputsAfterQueryStarts') !== true) await rest.produceInputs();
  await rest.engine.local.engine.whenIdle();
  if (wanted !== null) {
    let verdict = failed('was not refused');
    for (const sql of rest.queries) {
      verdict = judgeError(await rest.query(sql), wanted, last);
      if (verdict.failure !== null) return verdict;
    }
    return verdict;
  }
  const { list, refused } = await answers(rest, data, admin);
  if (refused !== null) return failed(`refused: ${printLiteralJson(refused.body)}`);
  for (const [index, expected] of objects(data, 'responses').entries()) {
    const difference = responseDifference(list[index], expected, data.get('verifyOrder') === true);
    if (difference !== null) return failed(`response ${index}: ${difference}`);
  }
  return judgeTopics(rest, data);
}

/** Runs and judges one REST case over real HTTP. Never throws: whatever happens is a result. */
export async function runRestCase({ id, data }: CaseData): Promise<CaseResult> {
  let rest: RestCase | null = null;
  try {
    rest = await RestCase.open(data);
    return { id, ...(await judge(rest, data)) };
  } catch (error) {
    return { id, ...failed(`fault: ${error instanceof Error ? error.message : String(error)}`) };
  } finally {
    await rest?.close();
  }
}
