import type { Entity } from '../../api/index.js';
import { RequestError } from '../../errors/index.js';
import type { AssertTopic } from '../../parser/index.js';
import type { RequestStatement } from '../request.js';
import type { StatementServices } from './services.js';
import { untilNull } from './until-null.js';

const CHECKED = ['PARTITIONS', 'REPLICAS'] as const;

function wanted(statement: AssertTopic): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const property of statement.properties) {
    if (!CHECKED.some((name) => name === property.name) || property.value.kind !== 'integer') {
      throw new RequestError('ASSERT_FAILED', `Cannot assert unknown topic property: ${property.name}`, { hint: 'PARTITIONS and REPLICAS, as integers, can be asserted.' });
    }
    values.set(property.name, Number(property.value.value));
  }
  return values;
}

/** ASSERT [NOT EXISTS] TOPIC. */
export async function assertTopic(statement: AssertTopic, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const properties = wanted(statement);
  const timeoutMs = statement.timeout?.ms ?? services.settings.number('ksql.assert.topic.default.timeout.ms');
  const reason = await untilNull(services.env.clock, timeoutMs, async () => {
    const topic = await services.broker.admin.describeTopic(statement.topic);
    if (statement.notExists) return topic === null ? null : `Topic ${statement.topic} exists`;
    if (topic === null) return `Topic ${statement.topic} does not exist`;
    const actual = new Map([['PARTITIONS', topic.partitions], ['REPLICAS', topic.replicas]]);
    const mismatches = [...properties].filter(([name, value]) => actual.get(name) !== value);
    if (mismatches.length === 0) return null;
    const [name = '', value] = mismatches[0] ?? [];
    return `Mismatched configuration for topic ${statement.topic}: For config ${name.toLowerCase()}, expected ${value ?? ''} got ${actual.get(name) ?? ''}`;
  });
  if (reason !== null) throw new RequestError('ASSERT_FAILED', reason);
  return { '@type': 'assert_topic', statementText: from.text, warnings: [], topicName: statement.topic, exists: !statement.notExists };
}
