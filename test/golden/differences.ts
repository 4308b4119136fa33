import { expectedTopics, judgeTopic } from '../../src/testing/conformance/judge-topic.js';
import { printLiteralJson, type LiteralObject } from '../../src/testing/literal-json.js';
import { GoldenEngine, type GoldenMode } from './golden-engine.js';
import { expectedOf } from './golden-file.js';

// Records without key go to any partition: they have no order.
const keyOf = (record: LiteralObject): string =>
  (record.get('key') ?? null) === null ? `null ${printLiteralJson(record.get('value') ?? null)}` : `${printLiteralJson(record.get('key') ?? null)} ${printLiteralJson(record.get('window') ?? null)}`;

/** Records in the order of their keys: what stands for any number of partitions. */
function byKey<T>(records: readonly T[], key: (record: T) => string): T[] {
  return records.toSorted((left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
}

/** How the results of a case differ from what is expected; null: not at all. */
export async function differences(data: LiteralObject, mode: GoldenMode): Promise<string | null> {
  const engine = await GoldenEngine.open(data, mode);
  try {
    await engine.run();
    for (const [topic, expected] of expectedTopics(data)) {
      let actual = await engine.read(topic);
      let wanted = expected;
      if (mode.partitions > 1) {
        const codec = engine.codec(topic, true);
        const decoded = new Map<(typeof actual)[number], string>();
        for (const record of actual) if (codec !== null) decoded.set(record, keyOf(expectedOf(topic, await codec.decode(record))));
        actual = byKey(actual, (record) => decoded.get(record) ?? '');
        wanted = byKey(expected, keyOf);
      }
      const { failure } = await judgeTopic(engine, topic, wanted, actual, false);
      if (failure !== null) return failure;
    }
    return null;
  } finally {
    await engine.close();
  }
}
