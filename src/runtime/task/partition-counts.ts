import type { Broker } from '../../broker/index.js';
import { BrokerError, present } from '../../errors/index.js';
import type { PersistentPlan, TransientPlan } from '../../plan/index.js';
import type { Stage, Topology } from '../topology.js';

/** Partition counts of every topic that a query reads, writes or exchanges rows through. */
export class PartitionCounts {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly broker: Broker,
    private readonly plan: PersistentPlan | TransientPlan,
  ) {}

  async load(topology: Topology): Promise<void> {
    for (const stage of topology.stages) {
      for (const input of stage.inputs) if (input.kind === 'topic') await this.of(input.step.topic);
      if (stage.output.kind === 'sink') await this.of(stage.output.step.topic);
    }
    for (const { topic } of topology.exchanges) await this.of(topic);
  }

  known(topic: string): number {
    return present(this.counts.get(topic), `the partition count of ${topic}`);
  }

  /** Of internal topics also before they exist: then that of the topic they follow. */
  async of(topic: string): Promise<number> {
    const known = this.counts.get(topic);
    if (known !== undefined) return known;
    const count = (await this.broker.admin.describeTopic(topic))?.partitions ?? (await this.planned(topic));
    this.counts.set(topic, count);
    return count;
  }

  /** Partitions of a stage's tasks: the largest count among its inputs. */
  ofStage(stage: Stage): number {
    return Math.max(...stage.inputs.map((input) => this.known(input.kind === 'topic' ? input.step.topic : input.exchange.topic)));
  }

  private async planned(topic: string): Promise<number> {
    const internal = this.plan.kind === 'persistent' ? this.plan.internalTopics.find((each) => each.name === topic) : undefined;
    if (internal !== undefined) return this.of(internal.partitionsOf);
    // A push query's exchanges exist in memory only; they follow what they read.
    const source = this.plan.kind === 'transient' ? this.transientSource() : undefined;
    if (source !== undefined && source !== topic) return this.of(source);
    throw new BrokerError(`Topic ${topic} does not exist`, {
      retriable: true, code: 'UNKNOWN_TOPIC', hint: 'Create the topic, or terminate the query if the topic is gone for good.',
    });
  }

  private transientSource(): string | undefined {
    return [...this.counts.keys()][0];
  }
}
