import { RequestError } from '../../errors/index.js';
import { splitStatements } from '../../parser/index.js';
import { runQueryCase } from '../conformance/run-query-case.js';
import { isList, isObject, JsonNumber, parseLiteralJson, type LiteralJson, type LiteralObject } from '../literal-json.js';

/** One test of ksqlDB's test runner: statements, the records that go in, those that must come out. */
export interface SpecTest {
  readonly name: string;
  readonly sql: string;
  /** Text of `{"inputs": […]}`; null: the statements insert by themselves. */
  readonly inputs: string | null;
  /** Text of `{"outputs": […]}`. */
  readonly outputs: string;
  readonly properties?: Readonly<Record<string, string>>;
}

function recordsOf(text: string, field: 'inputs' | 'outputs', file: string): readonly LiteralObject[] {
  const document = parseLiteralJson(text);
  const list = isObject(document) ? document.get(field) : undefined;
  if (!isList(list)) throw new RequestError('BAD_REQUEST', `No '${field}' field in the ${file} file.`);
  if (list.length === 0) throw new RequestError('BAD_REQUEST', `${field === 'inputs' ? 'Inputs' : 'Outputs'} cannot be empty.`);
  const records = list.filter(isObject);
  const wrong = records.length !== list.length || records.some((record) => typeof record.get('topic') !== 'string' || record.get('topic') === '');
  if (wrong) throw new RequestError('BAD_REQUEST', `A record of the ${file} file names no topic.`, { hint: 'Records are {"topic": "t", "key": …, "value": …, "timestamp": 0}.' });
  return records;
}

function lowerCase(header: LiteralJson): LiteralJson {
  return isObject(header) ? new Map([...header].map(([name, value]) => [name.toLowerCase(), value])) : header;
}

/** The records as the case runner reads them: names of headers and types of windows are written otherwise there. */
function normalized(record: LiteralObject): LiteralObject {
  const entries = new Map(record);
  const headers = record.get('headers');
  if (isList(headers)) entries.set('headers', headers.map(lowerCase));
  const window = record.get('window');
  if (isObject(window)) {
    const type = window.get('type');
    entries.set('window', new Map([...window, ['type', typeof type === 'string' ? type.toUpperCase() : 'TIME']]));
  } else entries.delete('window');
  return entries;
}

// Records that INSERT VALUES made have the time of the wall clock: a zero stands for any.
function withoutZeroTime(record: LiteralObject): LiteralObject {
  const timestamp = record.get('timestamp');
  if (!(timestamp instanceof JsonNumber) || Number(timestamp.text) !== 0) return record;
  return new Map([...record].filter(([name]) => name !== 'timestamp'));
}

/** Runs one test. Null: it holds; else why not. */
export async function runSpecTest({ name, sql, inputs, outputs, properties }: SpecTest): Promise<string | null> {
  const expected = recordsOf(outputs, 'outputs', 'output').map(normalized);
  const given = inputs === null ? [] : recordsOf(inputs, 'inputs', 'input').map(normalized);
  const data: LiteralObject = new Map<string, LiteralJson>([
    ['statements', splitStatements(sql).map(({ text }) => text)],
    ['inputs', given],
    ['outputs', inputs === null ? expected.map(withoutZeroTime) : expected],
    ['properties', new Map(Object.entries(properties ?? {}))],
  ]);
  return (await runQueryCase({ id: name, data }, [])).failure;
}
