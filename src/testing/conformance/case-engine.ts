import { partitionForKey, type Broker, type TopicDescription } from '../../broker/index.js';
import type { Source } from '../../catalog/index.js';
import { openLocal, type FunctionEntry, type LocalEngine } from '../../engine/index.js';
import type { LiteralObject } from '../literal-json.js';
import { properties } from './case-file.js';
import { caseSchemas, caseTopics, type CaseTopic } from './case-topics.js';
import { testAggregates } from './test-aggregates.js';
import { testScalars } from './test-scalars.js';
import { testTables } from './test-tables.js';
import { TopicCodec, type RawRecord } from './topic-codec.js';

/** `stepwise`: queries wait for RESUME, all records in one partition. `live`: as a server runs, partitions as declared. */
export type CaseMode = 'stepwise' | 'live';

const BASE: Readonly<Record<string, string>> = {
  'ksql.service.id': 'some.ksql.service.id',
  'ksql.streams.auto.offset.reset': 'earliest',
  'ksql.streams.cache.max.bytes.buffering': '0',
  'ksql.streams.commit.interval.ms': '2000',
  'ksql.headers.columns.enabled': 'true',
  'millrace.commit.spacing': '0',
  // The recorded answers are those of ksqlDB, with this fault of its.
  'millrace.bytes.positions': 'true',
};

const LIVE: Readonly<Record<string, string>> = {
  'ksql.query.pull.table.scan.enabled': 'true',
  'ksql.query.push.v2.enabled': 'true',
  'ksql.query.push.v2.registry.installed': 'true',
  'ksql.query.push.v2.new.latest.delay.ms': '0',
};

export const testFunctions = [...testScalars, ...testTables, ...testAggregates];

// Planning sees the partitions that a case declares; every record lives in partition 0, as the cases ask.
function withDeclaredPartitions(broker: Broker, topics: readonly CaseTopic[]): Broker {
  const declared = new Map<string, { readonly partitions: number; readonly replicas: number }>(topics.map((topic) => [topic.name, topic]));
  const shown = (topic: TopicDescription): TopicDescription => ({ ...topic, ...declaredOf(topic) });
  const declaredOf = ({ name }: TopicDescription) => {
    const asked = declared.get(name);
    return asked === undefined ? {} : { partitions: asked.partitions, replicas: asked.replicas };
  };
  const { admin } = broker;
  return {
    kind: broker.kind,
    singleMember: broker.singleMember,
    openReader: (options) => broker.openReader(options),
    openGroup: (options) => broker.openGroup(options),
    fetchCommitted: (groupId, partitions) => broker.fetchCommitted(groupId, partitions),
    openTransactionalProducer: (options) => broker.openTransactionalProducer(options),
    openProducer: () => broker.openProducer(),
    close: () => broker.close(),
    admin: {
      createTopic: (topic) => {
        if (!declared.has(topic.name)) declared.set(topic.name, { partitions: topic.partitions, replicas: topic.replicas ?? 1 });
        return admin.createTopic({ ...topic, partitions: 1 });
      },
      deleteTopic: (name) => admin.deleteTopic(name),
      describeTopic: (name) => admin.describeTopic(name),
      listTopics: async () => (await admin.listTopics()).map(shown),
      listOffsets: (partitions, at, isolation) => admin.listOffsets(partitions, at, isolation),
      deleteRecords: (below) => admin.deleteRecords(below),
      listGroups: () => admin.listGroups(),
      deleteGroup: (groupId) => admin.deleteGroup(groupId),
      clusterId: () => admin.clusterId(),
    },
  };
}

/** An engine of its own for one run of one case: topics and schemas there, queries paused until they are fed. */
export class CaseEngine {
  private constructor(
    readonly local: LocalEngine,
    readonly topics: readonly CaseTopic[],
  ) {}

  static async open(data: LiteralObject, mode: CaseMode = 'stepwise', functions: readonly FunctionEntry[] = testFunctions): Promise<CaseEngine> {
    const topics = caseTopics(data);
    const local = await openLocal({
      storage: { memory: true },
      version: 'conformance',
      properties: { ...BASE, ...(mode === 'live' ? LIVE : properties(data)) },
      functions,
      numbering: 'queries',
      schemaCompatibility: 'NONE',
      ...(mode === 'live' ? {} : { partitioner: () => 0, startPaused: true, decorateBroker: (broker: Broker) => withDeclaredPartitions(broker, topics) }),
    });
    const engine = new CaseEngine(local, topics);
    for (const topic of topics) await local.broker.admin.createTopic({ name: topic.name, partitions: mode === 'live' ? topic.partitions : 1 });
    let referenceId = 1_000_000;
    for (const schema of caseSchemas(data)) {
      for (const reference of schema.references) {
        // Far above the ids that cases give to their own schemas.
        referenceId += 1;
        await local.embeddedRegistry?.import(reference.name, { kind: reference.kind, text: reference.text, references: [] }, referenceId);
      }
      const references = schema.references.map((reference) => ({ name: reference.name, subject: reference.name, version: 1 }));
      const definition = { kind: schema.kind, text: schema.text, references };
      if (schema.id === null) await local.registry.register(schema.subject, definition);
      else await local.embeddedRegistry?.import(schema.subject, definition, schema.id);
    }
    return engine;
  }

  /** The source that says how a topic's bytes are to be read: for outputs the one that a query writes, else the first declared. */
  sourceOf(topic: string, isOutput: boolean): Source | null {
    const over = [...this.local.engine.catalog().sources.values()].filter((source) => source.topic === topic);
    const written = over.find((source) => source.createdBy !== null);
    const declared = over.find((source) => source.createdBy === null);
    return (isOutput ? (written ?? declared) : (declared ?? written)) ?? null;
  }

  codec(topic: string, isOutput: boolean): TopicCodec | null {
    const source = this.sourceOf(topic, isOutput);
    return source === null ? null : new TopicCodec(source, this.local.schemas);
  }

  /** Appends a record to the partition of its key, as Kafka's producers do. */
  async produce(topic: string, record: RawRecord): Promise<void> {
    const producer = await this.local.broker.openProducer();
    const partitions = (await this.local.broker.admin.describeTopic(topic))?.partitions ?? 1;
    const partition = record.key === null ? 0 : partitionForKey(record.key, 0, record.key.length, partitions);
    await producer.send([{ topic, partition, ...record }]);
    await producer.close();
  }

  /** All records of a topic, partition by partition. */
  async read(topic: string): Promise<readonly RawRecord[]> {
    const partitions = (await this.local.broker.admin.describeTopic(topic))?.partitions ?? 0;
    const records: RawRecord[] = [];
    for (let partition = 0; partition < partitions; partition += 1) records.push(...(await this.readPartition(topic, partition)));
    return records;
  }

  private async readPartition(topic: string, partition: number): Promise<readonly RawRecord[]> {
    const at = { topic, partition };
    const [end = 0] = await this.local.broker.admin.listOffsets([at], 'latest', 'read_committed');
    const reader = this.local.broker.openReader({ isolation: 'read_committed', lane: 'main', owner: 'conformance' });
    reader.assign([{ ...at, offset: 0 }]);
    const records: RawRecord[] = [];
    for (let position = 0; position < end; ) {
      for (const slab of await reader.poll({ maxBytes: 1 << 22, maxWaitMs: 0 })) {
        position = slab.nextOffset;
        for (let index = 0, buffer = 0; index < slab.count; index += 1) {
          while (index >= (slab.bufferEnds[buffer] ?? 0)) buffer += 1;
          const bytes = slab.buffers[buffer] ?? Buffer.alloc(0);
          const part = (from: number, length: number): Buffer | null => (length < 0 ? null : Buffer.from(bytes.subarray(from, from + length)));
          records.push({
            key: part(slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1),
            value: part(slab.valuePositions[index] ?? 0, slab.valueLengths[index] ?? -1),
            timestamp: slab.timestamps[index] ?? 0,
            headers: slab.headers(index),
          });
        }
      }
    }
    await reader.close();
    return records;
  }

  close(): Promise<void> {
    return this.local.engine.close();
  }
}
