import { printLiteralJson, type LiteralObject } from '../literal-json.js';
import type { CaseEngine } from './case-engine.js';
import { objects, text } from './case-file.js';
import { recordDifference, type NumberRules } from './judge.js';
import type { RawRecord } from './topic-codec.js';

/** Expected records by topic, topics in the order in which they first occur. */
export function expectedTopics(data: LiteralObject): ReadonlyMap<string, readonly LiteralObject[]> {
  const topics = new Map<string, LiteralObject[]>();
  for (const record of objects(data, 'outputs')) {
    const topic = text(record, 'topic') ?? '';
    topics.set(topic, [...(topics.get(topic) ?? []), record]);
  }
  return topics;
}

const LOOSE: ReadonlySet<string> = new Set(['AVRO', 'PROTOBUF', 'PROTOBUF_NOSR', 'JSON_SR']);
const EXACT: ReadonlySet<string> = new Set(['JSON', 'KAFKA']);

function rules(format: string | undefined, double: boolean, exact: boolean): NumberRules {
  return { looseDoubles: double || LOOSE.has(format ?? ''), exactDoubleText: exact && EXACT.has(format ?? '') };
}

function shown(record: RawRecord): string {
  const side = (bytes: Buffer | null): string => (bytes === null ? 'null' : JSON.stringify(bytes.toString('utf8').slice(0, 200)));
  return `${side(record.key)} ${side(record.value)} @${record.timestamp}`;
}

export interface TopicVerdict {
  readonly failure: string | null;
  readonly strict: string | null;
}

/** Compares the records of a topic with those expected, pairwise and in order. */
export async function judgeTopic(engine: Pick<CaseEngine, 'sourceOf' | 'codec'>, topic: string, expected: readonly LiteralObject[], actual: readonly RawRecord[], double: boolean, compareHeaders = true): Promise<TopicVerdict> {
  const source = engine.sourceOf(topic, true);
  const codec = engine.codec(topic, true);
  if (actual.length !== expected.length) {
    return { failure: `${topic}: ${actual.length} records, expected ${expected.length}: ${actual.map(shown).join(' | ').slice(0, 600)}`, strict: null };
  }
  let strict: string | null = null;
  for (const [index, record] of actual.entries()) {
    const wanted = expected[index];
    if (wanted === undefined || codec === null || source === null) return { failure: `${topic}: no source is declared on it`, strict: null };
    const decoded = await codec.decode(record);
    const at = (exact: boolean) => ({ key: rules(source.keyFormat.name, double, exact), value: rules(source.valueFormat.name, double, exact), compareHeaders });
    const difference = recordDifference(decoded, wanted, at(false));
    if (difference !== null) {
      return { failure: `${topic} record ${index}: ${difference}: got ${shown(record)} expected ${printLiteralJson(wanted)}`, strict: null };
    }
    if (strict === null && recordDifference(decoded, wanted, at(true)) !== null) strict = `double text: got ${shown(record)} expected ${printLiteralJson(wanted)}`;
  }
  return { failure: null, strict };
}
