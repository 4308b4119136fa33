import type { Entity, ExportRequest, ImportOutcome, ImportRequest } from '../api/index.js';
import type { Broker } from '../broker/index.js';
import type { Catalog } from '../catalog/index.js';
import type { Env } from '../env/index.js';
import type { FunctionCatalogue, FunctionContext } from '../functions/index.js';
import type { SchemaRegistry } from '../registry/index.js';
import type { GroupMeasures, QueryStatus } from '../runtime/index.js';
import type { TaskGroups } from './threads/task-groups.js';
import type { SqlValue } from '../types/index.js';
import type { AccessGuard } from './access.js';
import { exportRows, type ExportDependencies, type ExportResult } from './bulk/export-rows.js';
import { importPosition, importRows, type ImportDependencies } from './bulk/import-rows.js';
import type { Peers } from './cluster/peers.js';
import { CommandEffects } from './command-effects.js';
import { CommandLog } from './command-log.js';
import { CommandRunner } from './command-runner.js';
import { CommandStatuses } from './command-statuses.js';
import { overrideLimits } from './config/overrides.js';
import type { Settings } from './config/settings.js';
import type { CommandStatus, Engine, EngineInfo, Health, InsertTarget, PrintOptions, QueryResult, Session, TextResult } from './engine.js';
import { RequestError } from '../errors/index.js';
import { RequestExecutor, type RequestDependencies } from './execute-request.js';
import { formatRules } from './format-rules.js';
import { InsertValuesExecutor } from './insert-values.js';
import { insertRows } from './insert-rows.js';
import { openInserts } from './open-inserts.js';
import { plannerContext, type CheckDependencies, type Draft } from './plan-request.js';
import { printTopic } from './print-topic.js';
import { QueryRunner } from './run-query.js';
import type { RequestRules, RequestStatement } from './request.js';
import { SchemaNotLoaded, type Schemas } from './schemas.js';
import { scriptChecks, type ScriptChecks } from './script-checks.js';
import type { StatementServices } from './statements/execute-statement.js';
import { deleteSinkTopics, terminationAnswer, topicPatterns } from './terminate-service.js';
import { TopicDraft } from './topics.js';

export interface EngineDependencies {
  readonly env: Env;
  readonly broker: Broker;
  readonly registry: SchemaRegistry;
  readonly schemas: Schemas;
  readonly functions: FunctionCatalogue;
  readonly functionContext: FunctionContext;
  readonly group: TaskGroups;
  readonly settings: Settings;
  readonly version: string;
  /** `host:port` of this server. */
  readonly host: () => string;
  readonly numbering: 'log' | 'queries';
  /** Admit the statements of SQL tests (ASSERT VALUES, …) in requests. */
  readonly tests: boolean;
  /** Queries wait for RESUME. */
  readonly startPaused: boolean;
  /** Why nothing can be written, though reading goes on; null: it can. */
  readonly trouble: () => string | null;
  /** How other servers of the service are asked. */
  readonly peers: Peers;
  /** Called last by `close`: ends what the composition opened. */
  readonly onClose: () => Promise<void>;
}

/** Opens the engine: reads the command log to its end and starts what it leaves running. */
export async function openEngine(dependencies: EngineDependencies): Promise<Engine & { readonly checks: ScriptChecks }> {
  const { broker, settings, schemas, group, env } = dependencies;
  const serviceId = settings.text('ksql.service.id') ?? '';
  const log = await CommandLog.open(broker, serviceId, settings.number('ksql.internal.topic.replicas'));
  const effects = new CommandEffects({ broker, group, schemas, settings, logger: env.logger, startPaused: dependencies.startPaused });
  const runner = new CommandRunner({ log, effects, clock: env.clock, logger: env.logger });
  const clusterId = await broker.admin.clusterId();
  await runner.start();
  return new StatementEngine(dependencies, { log, effects, runner, clusterId });
}

interface Parts {
  readonly log: CommandLog;
  readonly effects: CommandEffects;
  readonly runner: CommandRunner;
  readonly clusterId: string;
}

const NOTHING = { kind: 'set', name: '', value: '', span: { start: 0, end: 0, line: 1, column: 0 } } as const;

class StatementEngine implements Engine {
  private readonly statuses = new CommandStatuses();
  private readonly inserts: InsertValuesExecutor;
  private readonly queries: QueryRunner;
  private readonly requests: RequestExecutor;
  private readonly check: CheckDependencies;
  private readonly rules: RequestRules;
  private closing: Promise<void> | null = null;
  private terminated = false;

  constructor(
    private readonly dependencies: EngineDependencies,
    private readonly parts: Parts,
  ) {
    const { broker, env, schemas, settings, functions, functionContext, numbering, tests } = dependencies;
    this.rules = {
      limits: overrideLimits(settings),
      substitution: settings.flag('ksql.variable.substitution.enable'),
      tests,
    };
    this.check = { settings, functions, functionContext, formats: formatRules, numbering, checkPlan: (plan) => dependencies.group.check(plan), newConstants: () => dependencies.group.constants() };
    this.inserts = new InsertValuesExecutor({ broker, clock: env.clock, schemas });
    this.queries = new QueryRunner({
      ...this.check, env, broker, group: dependencies.group, schemas, rules: this.rules, draft: () => this.draft(), catalog: () => this.catalog(), peers: dependencies.peers,
    });
    this.requests = new RequestExecutor(this.requestDependencies());
  }

  /** For test scripts: what their ASSERT statements expect. */
  readonly checks: ScriptChecks = scriptChecks(
    () => this.catalog().sources,
    (plan) => this.planWith({ statement: NOTHING, text: '', span: NOTHING.span, overrides: new Map(), variables: new Map(), guard: null }, plan),
  );

  async execute(sql: string, session: Session = {}): Promise<readonly Entity[]> {
    this.refuseWhenTerminated();
    return this.requests.execute(sql, session);
  }

  async query(sql: string, session: Session = {}): Promise<QueryResult> {
    this.refuseWhenTerminated();
    if (session.commandSequenceNumber !== undefined) await this.requests.waitForSequence(session.commandSequenceNumber);
    return this.queries.start(sql, session);
  }

  async print(sql: string, session: Session = {}, options: PrintOptions = {}): Promise<TextResult> {
    this.refuseWhenTerminated();
    return printTopic(sql, session, options, { broker: this.dependencies.broker, rules: this.rules, schemas: this.dependencies.schemas });
  }

  async insert(source: string, rows: readonly ReadonlyMap<string, SqlValue>[]): Promise<void> {
    this.refuseWhenTerminated();
    return insertRows(source, rows, { catalog: this.catalog(), inserts: this.inserts, settings: this.dependencies.settings });
  }

  openInserts(target: string, guard: AccessGuard | null = null): InsertTarget {
    this.refuseWhenTerminated();
    return openInserts(target, { catalog: this.catalog(), inserts: this.inserts, settings: this.dependencies.settings, guard });
  }

  async importRows(request: ImportRequest, guard: AccessGuard | null = null): Promise<ImportOutcome> {
    this.refuseWhenTerminated();
    return importRows(request, this.bulk(guard));
  }

  async importPosition(target: string, token: string, guard: AccessGuard | null = null): Promise<number> {
    return importPosition(target, token, this.bulk(guard));
  }

  async exportRows(request: ExportRequest, guard: AccessGuard | null = null): Promise<ExportResult> {
    this.refuseWhenTerminated();
    return exportRows(request, this.bulk(guard));
  }

  measure(): Promise<GroupMeasures> {
    return this.dependencies.group.measure();
  }

  queryStatuses(): Promise<readonly QueryStatus[]> {
    return this.dependencies.group.status();
  }

  pullQueueDepth(): number {
    return this.queries.pullLimits.depth;
  }

  async terminate(deleteTopics: readonly string[]): Promise<Entity> {
    this.refuseWhenTerminated();
    const patterns = topicPatterns(deleteTopics);
    const { broker, schemas } = this.dependencies;
    const { runner, log } = this.parts;
    await this.queries.close();
    await this.requests.execute('TERMINATE ALL;', {}, true);
    this.terminated = true;
    await runner.close();
    await deleteSinkTopics(patterns, { broker, schemas, catalog: runner.catalog });
    await broker.admin.deleteTopic(log.topic);
    return terminationAnswer(runner.nextSequence);
  }

  catalog(): Catalog {
    return this.parts.runner.catalog;
  }

  async closeQuery(queryId: string, guard: AccessGuard | null = null): Promise<boolean> {
    return this.queries.stop(queryId, guard);
  }

  commandStatus(commandId: string, guard: AccessGuard | null = null): CommandStatus | null {
    return this.statuses.get(commandId, guard);
  }

  commandStatuses(guard: AccessGuard | null = null): ReadonlyMap<string, string> {
    return new Map([...this.statuses.all(guard)].map(([id, status]) => [id, status.status]));
  }

  info(): EngineInfo {
    const { settings, version } = this.dependencies;
    return {
      version,
      clusterId: this.parts.clusterId,
      serviceId: settings.text('ksql.service.id') ?? '',
      state: this.parts.runner.degraded === null && this.dependencies.trouble() === null ? 'RUNNING' : 'DEGRADED',
    };
  }

  health(): Health {
    const { degraded } = this.parts.runner;
    const trouble = this.dependencies.trouble();
    const reasons = [...(degraded === null ? [] : [degraded]), ...(trouble === null ? [] : [trouble]), ...(this.terminated ? ['The service was terminated'] : []), ...(this.closing === null ? [] : ['The engine is closing'])];
    return { ready: this.closing === null && !this.terminated, reasons, metastore: true, broker: trouble === null, commandRunner: degraded === null };
  }

  whenIdle(): Promise<void> {
    return this.dependencies.group.whenIdle();
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private bulk(guard: AccessGuard | null): ImportDependencies & ExportDependencies {
    const { broker, schemas, settings } = this.dependencies;
    return { catalog: this.catalog(), broker, schemas, settings, inserts: this.inserts, guard };
  }

  private refuseWhenTerminated(): void {
    if (this.terminated) throw new RequestError('SHUT_DOWN', 'The service was terminated', { hint: 'Restart the server to begin a new one.' });
    if (this.closing !== null) throw new RequestError('SHUTTING_DOWN', 'The server is shutting down');
  }

  private async closeAll(): Promise<void> {
    await this.queries.close();
    await this.parts.runner.close();
    await this.dependencies.group.close();
    await this.inserts.close();
    await this.parts.log.close();
    await this.dependencies.onClose();
  }

  private async draft(): Promise<Draft> {
    const { runner } = this.parts;
    return {
      catalog: runner.catalog,
      topics: await TopicDraft.of(this.dependencies.broker),
      schemas: this.dependencies.schemas,
      sequence: runner.nextSequence,
      queriesStarted: runner.queriesStarted,
    };
  }

  private requestDependencies(): RequestDependencies {
    const { env, schemas, settings } = this.dependencies;
    return {
      ...this.check,
      env, schemas,
      draft: () => this.draft(),
      log: this.parts.log,
      runner: this.parts.runner,
      statuses: this.statuses,
      inserts: this.inserts,
      services: this.services(),
      rules: this.rules,
      commandsPerSecond: settings.number('ksql.server.command.topic.rate.limit'),
      responseTimeoutMs: settings.number('ksql.server.command.response.timeout.ms'),
    };
  }

  private services(): StatementServices {
    const { env, broker, registry, functions, settings, host, group } = this.dependencies;
    return {
      env, broker, registry, functions, settings, host,
      catalog: () => this.catalog(),
      status: () => group.status(),
      plan: (queryId) => this.parts.effects.plan(queryId),
      groupId: (queryId) => this.parts.effects.groupId(queryId),
      pushQueries: () => this.queries.list(),
      stopPush: (queryId) => this.queries.stop(queryId),
      planWith: (from, plan) => this.planWith(from, plan),
    };
  }

  private async planWith<T>(from: RequestStatement, plan: (context: ReturnType<typeof plannerContext>) => T): Promise<T> {
    this.dependencies.schemas.refresh();
    const constants = this.check.newConstants();
    for (;;) {
      const draft = await this.draft();
      try {
        return plan(plannerContext(from, draft, this.check, constants));
      } catch (error) {
        if (await constants.load(error)) continue;
        if (!(error instanceof SchemaNotLoaded)) throw error;
        await this.dependencies.schemas.load(error);
      }
    }
  }
}
