import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedBroker, type Broker, type KafkaBroker, type TransactionalProducer } from '../../broker/index.js';
import type { Env } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import { commandTopic } from '../command-log.js';
import type { Settings } from '../config/settings.js';
import { openKafka } from '../open-kafka.js';
import { schemaTopic } from '../schema-topic.js';
import { carryPartition, withoutMember, type CarriedPartition } from './carry-partition.js';
import { comparePartition, type ComparedPartition } from './compare-partition.js';
import { commitGroups, partitionId, readGroups, wantedPositions } from './group-positions.js';
import { checkTarget, configureTopics, createTopics, type MovedTopic } from './prepare-target.js';

export interface MoveOptions {
  readonly folder: string;
  /** Of the server that is to run on the cluster. */
  readonly settings: Settings;
  readonly env: Env;
  readonly processId: number;
  /** Hears of each partition that has been carried and read again on both sides. */
  readonly onPartition?: (partition: CarriedPartition & ComparedPartition) => void;
}

export interface MoveReport {
  readonly topics: number;
  readonly records: number;
  readonly bytes: number;
  readonly groups: number;
}

const TRANSACTION_MS = 600_000;
const COMMAND_TOPIC = /^_confluent-ksql-(.*)_command_topic$/;
/** Beside the position in the command topic: all of it has been done. */
const DONE = 'done';

/**
 * Carries a data folder to the cluster at `bootstrap.servers`: topics, positions of queries, schemas, and the commands last, so that a
 * server there begins only what is whole. Every record is written once, however often the move is interrupted and begun again; all is
 * read again on both sides. Rejects for a folder in use, and for a cluster that holds something else under the same names.
 */
export async function moveToKafka(options: MoveOptions): Promise<MoveReport> {
  const { folder, settings, env, processId } = options;
  if (!existsSync(join(folder, 'format.json'))) throw new RequestError('BAD_REQUEST', `${folder} is no data folder`, { hint: 'Name one with --data.' });
  if (settings.list('bootstrap.servers').length === 0) throw new RequestError('BAD_REQUEST', 'No cluster is named', { hint: 'Set bootstrap.servers in the properties file, or with --set bootstrap.servers=HOST:PORT.' });
  const source = await openEmbeddedBroker({ ...env, folder, processId, maintenanceIntervalMs: null });
  try {
    const topics = await movedTopics(source, settings);
    const target = await openKafka(settings, env);
    try {
      const report = await new Move(source, target, topics, `millrace-move-${await source.admin.clusterId()}`, options).run();
      // Stores know the positions of the folder's changelogs; on the cluster, and here, they are rebuilt.
      rmSync(join(folder, 'state'), { recursive: true, force: true });
      return report;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function movedTopics(source: Broker, settings: Settings): Promise<readonly MovedTopic[]> {
  const serviceId = settings.text('ksql.service.id') ?? '';
  const all = await source.admin.listTopics();
  const commands = commandTopic(serviceId);
  if (!all.some(({ name }) => name === commands)) {
    const services = all.flatMap(({ name }) => COMMAND_TOPIC.exec(name)?.[1] ?? []);
    throw new RequestError('BAD_REQUEST', `The folder has no service ${serviceId}`, { hint: services.length === 0 ? 'No engine has run on it yet.' : `Set ksql.service.id to the one it has: ${services.join(', ')}.` });
  }
  const schemas = schemaTopic('embedded', serviceId);
  const usesOtherRegistry = settings.list('ksql.schema.registry.url').length > 0;
  const topics: MovedTopic[] = [];
  for (const topic of all) {
    if (topic.name === schemas && usesOtherRegistry) {
      const [end = 0] = await source.admin.listOffsets([{ topic: schemas, partition: 0 }], 'latest', 'read_committed');
      if (end > 0) throw new RequestError('BAD_REQUEST', 'The folder keeps schemas of its own, and ksql.schema.registry.url names another registry', { hint: 'Ids in the records are those of the folder’s registry: leave ksql.schema.registry.url out.' });
      continue;
    }
    const internal = settings.number('ksql.internal.topic.replicas');
    topics.push({ source: topic, to: topic.name === schemas ? schemaTopic('kafka', serviceId) : topic.name, replicas: topic.name === commands && internal > 0 ? internal : null });
  }
  return topics;
}

class Move {
  private readonly commands: string;
  private readonly compared = new Map<string, ComparedPartition>();

  constructor(
    private readonly source: Broker,
    private readonly target: KafkaBroker,
    private readonly topics: readonly MovedTopic[],
    private readonly progress: string,
    private readonly options: MoveOptions,
  ) {
    this.commands = commandTopic(options.settings.text('ksql.service.id') ?? '');
  }

  async run(): Promise<MoveReport> {
    const { source, target, topics, commands, progress } = this;
    const exists = (await target.admin.describeTopic(commands)) !== null;
    const [known] = exists ? await target.fetchCommitted(progress, [{ topic: commands, partition: 0 }]) : [];
    if (known?.metadata === DONE) throw new RequestError('CONFLICT', 'The folder has been moved to this cluster already', { hint: 'Start a server with the same properties; what has happened there since would be lost.' });
    await checkTarget(target, topics, commands, progress);
    const partitions = topics.flatMap(({ source: { name, partitions: count }, to }) => Array.from({ length: count }, (_, partition): CarriedPartition => ({ partition, from: name, to })));
    const groups = await readGroups(source, partitions);
    const wanted = wantedPositions(groups);
    await createTopics(target, topics);
    // The same id each time: what an interrupted move has left open is aborted.
    const producer = await target.openTransactionalProducer({ transactionalId: progress, timeoutMs: TRANSACTION_MS });
    try {
      const own = partitions.filter(({ from }) => from !== commands);
      for (const each of own) await this.carry(each, wanted, producer);
      await this.commit(groups, producer, (topic) => topic !== commands);
      for (const each of partitions) if (each.from === commands) await this.carry(each, wanted, producer);
      await this.commit(groups, producer, (topic) => topic === commands);
      await configureTopics(target, topics);
      await this.markDone(producer);
    } finally {
      await producer.close();
    }
    const sums = [...this.compared.values()];
    const sum = (of: (each: ComparedPartition) => number): number => sums.reduce((total, each) => total + of(each), 0);
    return { topics: topics.length, records: sum((each) => each.records), bytes: sum((each) => each.bytes), groups: groups.length };
  }

  private async carry(carried: CarriedPartition, wanted: ReadonlyMap<string, readonly number[]>, producer: TransactionalProducer): Promise<void> {
    const { source, target, progress } = this;
    const id = partitionId(carried.from, carried.partition);
    // Commands are numbered by their offsets, so nothing may stand between them.
    await carryPartition({ source, target, producer, progress }, carried, carried.from === this.commands);
    const compared = await comparePartition(source, target, carried, wanted.get(id) ?? []);
    this.compared.set(id, compared);
    this.options.onPartition?.({ ...carried, ...compared });
  }

  private async commit(groups: Parameters<typeof commitGroups>[0], producer: TransactionalProducer, of: (topic: string) => boolean): Promise<void> {
    const names = new Map(this.topics.map(({ source: { name }, to }) => [name, to]));
    const chosen = groups.map(({ groupId, commits }) => ({ groupId, commits: commits.filter(({ topic }) => of(topic)) }));
    await commitGroups(chosen, producer, names, (topic, partition, offset) => this.compared.get(partitionId(topic, partition))?.positions.get(offset) ?? offset);
  }

  private async markDone(producer: TransactionalProducer): Promise<void> {
    const at = { topic: this.commands, partition: 0 };
    const [end = 0] = await this.source.admin.listOffsets([at], 'latest', 'read_committed');
    producer.begin();
    await producer.sendOffsets([{ ...at, offset: end, metadata: DONE }], withoutMember(this.progress));
    await producer.commit();
  }
}
