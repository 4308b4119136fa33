import { ActualBytes, ActualNumber, ActualStruct, type Actual, type ActualRecord } from '../../src/testing/conformance/actual.js';
import { isList, isObject, JsonNumber, parseLiteralJson, printLiteralJson, type LiteralJson, type LiteralObject } from '../../src/testing/literal-json.js';

export interface GoldenFile {
  readonly comment: string;
  readonly cases: readonly LiteralObject[];
}

export function parseGolden(text: string): GoldenFile {
  const file = parseLiteralJson(text);
  const cases = isObject(file) ? file.get('cases') : null;
  const comment = isObject(file) ? file.get('comments') : null;
  return { comment: typeof comment === 'string' ? comment : '', cases: isList(cases) ? cases.filter(isObject) : [] };
}

/** One line a statement and a record, so that changes are easy to review. */
export function printGolden({ comment, cases }: GoldenFile): string {
  const lines = (items: LiteralJson | undefined): string => {
    if (!isList(items) || items.length === 0) return '[]';
    return `[\n${items.map((item) => `        ${printLiteralJson(item)}`).join(',\n')}\n      ]`;
  };
  const one = (data: LiteralObject): string =>
    `    {\n${[...data].map(([name, value]) => `      "${name}": ${isList(value) ? lines(value) : printLiteralJson(value)}`).join(',\n')}\n    }`;
  return `{\n  "comments": ${JSON.stringify(comment)},\n  "cases": [\n${cases.map(one).join(',\n')}\n  ]\n}\n`;
}

/** An output as it would stand in a file. */
export function expectedOf(topic: string, record: ActualRecord): LiteralObject {
  const entries: [string, LiteralJson][] = [['topic', topic], ['key', json(record.key)], ['value', json(record.value)], ['timestamp', new JsonNumber(String(record.timestamp))]];
  if (record.window !== null) {
    const { type, start, end } = record.window;
    entries.push(['window', new Map<string, LiteralJson>([['type', type], ['start', new JsonNumber(String(start))], ['end', new JsonNumber(String(end))]])]);
  }
  return new Map(entries);
}

function json(value: Actual): LiteralJson {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof ActualNumber) return new JsonNumber(value.text);
  if (value instanceof ActualBytes) return value.base64;
  if (value instanceof ActualStruct) return new Map([...value.entries].map(([name, item]) => [name, json(item)]));
  return value.map(json);
}
