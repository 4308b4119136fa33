import type { Broker, KafkaBroker, TopicDescription } from '../../broker/index.js';
import { RequestError } from '../../errors/index.js';
import { decodeCommand, IncompatibleCommandError } from '../command.js';
import { partitionRecords } from './partition-records.js';

export interface MovedTopic {
  /** As the source has it. */
  readonly source: TopicDescription;
  /** Its name on the cluster. */
  readonly to: string;
  /** Null: as the cluster does it. */
  readonly replicas: number | null;
}

/** While records are carried and compared nothing of them may expire or be compacted away. */
const KEPT_WHOLE = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' } as const;

async function records(broker: Broker, { name, partitions }: TopicDescription): Promise<number> {
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition }));
  const ends = await broker.admin.listOffsets(places, 'latest', 'read_uncommitted');
  return ends.reduce((sum, end) => sum + end, 0);
}

/** Who has written the commands there: they decide whether a service may be joined. */
async function writerOf(target: Broker, topic: string): Promise<'millrace' | 'other'> {
  for await (const [first] of partitionRecords(target, { topic, partition: 0 }, 0)) {
    if (first === undefined || first.value === null) continue;
    try {
      decodeCommand(first.value);
      return 'millrace';
    } catch (error) {
      if (error instanceof IncompatibleCommandError) return 'other';
      throw error;
    }
  }
  return 'millrace';
}

/** Refuses a cluster where the service, or a topic of the same name, holds something that this move has not written. */
export async function checkTarget(target: Broker, topics: readonly MovedTopic[], commandTopic: string, progress: string): Promise<void> {
  const existing = new Map((await target.admin.listTopics()).map((topic) => [topic.name, topic]));
  const commandsFirst = [...topics].sort((left, right) => Number(right.to === commandTopic) - Number(left.to === commandTopic));
  for (const { source, to } of commandsFirst) {
    const found = existing.get(to);
    if (found === undefined || (await records(target, found)) === 0) continue;
    const places = Array.from({ length: source.partitions }, (_, partition) => ({ topic: to, partition }));
    const known = found.partitions === source.partitions ? await target.fetchCommitted(progress, places) : [];
    if (known.some((each) => each !== null)) continue;
    if (to !== commandTopic) {
      throw new RequestError('CONFLICT', `The cluster has a topic ${to} that is not empty`, { hint: 'The move never mixes records: delete or rename the topic there, or move to another cluster.' });
    }
    if ((await writerOf(target, to)) === 'other') {
      throw new RequestError('CONFLICT', `The command topic ${to} on the cluster was written by ksqlDB, which cannot be joined`, {
        hint: 'Give the service another cluster, or end the ksqlDB service of the same ksql.service.id there and delete its command topic.',
      });
    }
    throw new RequestError('CONFLICT', `A service of this name runs on the cluster already: its command topic ${to} is not empty`, { hint: 'Move to a cluster where no service has this ksql.service.id.' });
  }
}

export async function createTopics(target: KafkaBroker, topics: readonly MovedTopic[]): Promise<void> {
  for (const { source, to, replicas } of topics) {
    await target.admin.createTopic({ name: to, partitions: source.partitions, configs: { ...source.configs, ...KEPT_WHOLE }, ...(replicas === null ? {} : { replicas }) });
    await target.admin.configureTopic(to, Object.entries(KEPT_WHOLE).map(([name, value]) => ({ name, value })));
  }
}

/** Gives topics what they had in the source: from now on the cluster's upkeep works on them. */
export async function configureTopics(target: KafkaBroker, topics: readonly MovedTopic[]): Promise<void> {
  for (const { source, to } of topics) {
    await target.admin.configureTopic(to, Object.keys(KEPT_WHOLE).map((name) => ({ name, value: source.configs[name] ?? null })));
  }
}
