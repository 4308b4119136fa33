import type { Broker } from '../broker/index.js';
import type { Logger } from '../env/index.js';
import type { InternalTopic, PersistentPlan } from '../plan/index.js';
import type { PlannedChange } from '../planner/index.js';
import type { TaskGroupClient } from '../runtime/index.js';
import type { Settings } from './config/settings.js';
import { applicationPrefix, persistentOffsetReset, processingLogTopic, queryOptions } from './query-options.js';
import type { Schemas } from './schemas.js';
import { ensureTopics } from './topics.js';

export interface EffectDependencies {
  readonly broker: Broker;
  readonly group: TaskGroupClient;
  readonly schemas: Schemas;
  readonly settings: Settings;
  readonly logger: Logger;
  /** Queries wait for RESUME. */
  readonly startPaused: boolean;
}

/**
 * What an accepted command does to the world outside the catalog: topics, schemas, queries. Every effect can be repeated,
 * so a server that stopped half way does all of them again on its next start.
 */
export class CommandEffects {
  private readonly plans = new Map<string, PersistentPlan>();

  constructor(private readonly dependencies: EffectDependencies) {}

  /** The stored plan of a running query. */
  plan(queryId: string): PersistentPlan | null {
    return this.plans.get(queryId) ?? null;
  }

  groupId(queryId: string): string {
    return `${applicationPrefix(this.dependencies.settings, 'persistent')}${queryId}`;
  }

  async perform(change: PlannedChange): Promise<void> {
    const { broker, group, schemas } = this.dependencies;
    await ensureTopics(broker, change.topics);
    for (const subject of change.subjects) await schemas.registerSubject(subject);
    for (const queryId of change.stop) await this.stop(queryId);
    if (change.replaces !== null) await group.stopQuery(change.replaces, { deleteState: false });
    if (change.start !== null) await this.start(change.start, false);
    for (const queryId of change.pause) await group.pauseQuery(queryId);
    for (const queryId of change.resume) await group.resumeQuery(queryId);
    if (change.deleteTopic !== null) await this.deleteTopic(change.deleteTopic);
  }

  /**
   * The rest of a command that a server left half done. Its queries are not touched here: those that the log leaves running are
   * started from the catalog, those it has stopped (`plans`) lose what they had.
   */
  async complete(change: PlannedChange, plans: ReadonlyMap<string, PersistentPlan>): Promise<void> {
    const { broker, schemas, group } = this.dependencies;
    await ensureTopics(broker, change.topics);
    for (const subject of change.subjects) await schemas.registerSubject(subject);
    for (const queryId of change.stop) {
      const plan = plans.get(queryId);
      if (plan === undefined) continue;
      this.plans.set(queryId, plan);
      await group.startQuery(plan, { groupId: this.groupId(queryId), startPaused: true });
      await this.stop(queryId);
    }
    if (change.deleteTopic !== null) await this.deleteTopic(change.deleteTopic);
  }

  /** Starts a query from its stored plan. Its topics are made where they are missing. */
  async start(plan: PersistentPlan, paused: boolean): Promise<void> {
    const { broker, group, settings } = this.dependencies;
    this.plans.set(plan.queryId, plan);
    await ensureInternalTopics(broker, plan.internalTopics);
    const options = queryOptions(settings, plan.properties, this.groupId(plan.queryId));
    await group.startQuery(plan, { ...options, offsetReset: persistentOffsetReset(settings, plan), startPaused: paused || this.dependencies.startPaused });
  }

  private async stop(queryId: string): Promise<void> {
    const { broker, group, schemas } = this.dependencies;
    await group.stopQuery(queryId, { deleteState: true });
    const plan = this.plans.get(queryId);
    this.plans.delete(queryId);
    for (const topic of plan?.internalTopics ?? []) {
      await broker.admin.deleteTopic(topic.name);
      await schemas.forgetTopic(topic.name);
    }
    await broker.admin.deleteGroup(this.groupId(queryId));
  }

  // A topic made again later under the same name is another topic: only the one that existed then is deleted.
  private async deleteTopic(target: NonNullable<PlannedChange['deleteTopic']>): Promise<void> {
    const { broker, schemas, logger } = this.dependencies;
    if (!(await broker.admin.deleteTopic(target.topic))) logger.warn('The topic to delete was not there', { topic: target.topic });
    for (const subject of target.subjects) await schemas.deleteSubject(subject);
  }

  async ensureProcessingLog(): Promise<void> {
    const { broker, settings } = this.dependencies;
    if (!settings.flag('ksql.logging.processing.topic.auto.create')) return;
    const partitions = settings.number('ksql.logging.processing.topic.partitions');
    await ensureTopics(broker, [{ name: processingLogTopic(settings), partitions, replicas: null, configs: {} }]);
  }
}

// Repartition topics are purged as they are consumed; changelogs keep the last record per key.
async function ensureInternalTopics(broker: Broker, topics: readonly InternalTopic[]): Promise<void> {
  const partitions = new Map<string, number>();
  for (const topic of topics) {
    const known = partitions.get(topic.partitionsOf) ?? (await broker.admin.describeTopic(topic.partitionsOf))?.partitions ?? 1;
    partitions.set(topic.name, known);
    const configs: Record<string, string> =
      topic.kind === 'changelog' ? { 'cleanup.policy': 'compact', 'retention.ms': '-1' } : { 'cleanup.policy': 'delete', 'retention.ms': '-1' };
    await ensureTopics(broker, [{ name: topic.name, partitions: known, replicas: null, configs }]);
  }
}
