import type { Broker, TopicDescription } from '../broker/index.js';
import type { TopicFacts, TopicLookup, TopicToCreate } from '../planner/index.js';

function facts(topic: TopicDescription): TopicFacts {
  const retention = topic.configs['retention.ms'];
  return { partitions: topic.partitions, replicas: topic.replicas, retentionMs: retention === undefined ? null : Number(retention) };
}

/** The broker's topics as of one moment, with the topics that a request under check is going to create. */
export class TopicDraft implements TopicLookup {
  private constructor(private readonly known: Map<string, TopicFacts>) {}

  static async of(broker: Broker): Promise<TopicDraft> {
    return new TopicDraft(new Map((await broker.admin.listTopics()).map((topic) => [topic.name, facts(topic)])));
  }

  find(name: string): TopicFacts | null {
    return this.known.get(name) ?? null;
  }

  add(topic: TopicToCreate): void {
    if (this.known.has(topic.name)) return;
    const retention = topic.configs['retention.ms'];
    this.known.set(topic.name, { partitions: topic.partitions, replicas: topic.replicas ?? 1, retentionMs: retention === undefined ? null : Number(retention) });
  }

  remove(name: string): void {
    this.known.delete(name);
  }
}

/** Creates what does not exist yet; what exists is left as it is. */
export async function ensureTopics(broker: Broker, topics: readonly TopicToCreate[]): Promise<void> {
  for (const topic of topics) {
    if ((await broker.admin.describeTopic(topic.name)) !== null) continue;
    await broker.admin.createTopic({
      name: topic.name,
      partitions: topic.partitions,
      configs: topic.configs,
      ...(topic.replicas === null || topic.replicas < 1 ? {} : { replicas: topic.replicas }),
    });
  }
}
