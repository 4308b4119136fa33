import type { Broker } from '../broker/index.js';
import type { Logger } from '../env/index.js';
import { RequestError } from '../errors/index.js';
import type { InternalTopic, PersistentPlan } from '../plan/index.js';
import type { PlannedChange } from '../planner/index.js';
import type { TaskGroups } from './threads/task-groups.js';
import type { Settings } from './config/settings.js';
import { applicationPrefix, persistentOffsetReset, processingLogTopic, queryOptions } from './query-options.js';
import type { Schemas } from './schemas.js';
import { ensureTopics } from './topics.js';

export interface EffectDependencies {
  readonly broker: Broker;
  readonly group: TaskGroups;
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
    if (change.replaces !== null) await this.stopRunning(change.replaces, false);
    if (change.start !== null) await this.start(change.start, change.pause.includes(change.start.queryId));
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
      if (!this.plans.has(queryId)) await group.startQuery(plan, { groupId: this.groupId(queryId), startPaused: true });
      this.plans.set(queryId, plan);
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
    const { broker, schemas } = this.dependencies;
    const plan = this.plans.get(queryId);
    // Stopped by an earlier try of the same command.
    if (plan === undefined) return;
    await this.stopRunning(queryId, true);
    for (const topic of plan.internalTopics) {
      await broker.admin.deleteTopic(topic.name);
      await schemas.forgetTopic(topic.name);
    }
    await broker.admin.deleteGroup(this.groupId(queryId));
    this.plans.delete(queryId);
  }

  // Every step may be a second try: what the first one has stopped is stopped.
  private async stopRunning(queryId: string, deleteState: boolean): Promise<void> {
    try {
      await this.dependencies.group.stopQuery(queryId, { deleteState });
    } catch (error) {
      if (!(error instanceof RequestError && error.code === 'NOT_FOUND')) throw error;
    }
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
