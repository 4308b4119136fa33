import type { Entity } from '../api/index.js';
import type { Env } from '../env/index.js';
import { RequestError } from '../errors/index.js';
import { blame } from './blame.js';
import { CommandRate } from './command-rate.js';
import type { CommandLog } from './command-log.js';
import type { CommandOutcome, CommandRunner } from './command-runner.js';
import type { CommandStatuses } from './command-statuses.js';
import type { Session } from './engine.js';
import type { InsertValuesExecutor } from './insert-values.js';
import { checkRequest, type CheckDependencies, type CheckedStatement, type Draft } from './plan-request.js';
import { AnswerSize } from './request-limits.js';
import { readRequest, type RequestRules, type RequestStatement } from './request.js';
import type { PlannedChange } from '../planner/index.js';
import { SchemaNotLoaded, type Schemas } from './schemas.js';
import { startWarnings } from './start-notices.js';
import { executeStatement, type StatementServices } from './statements/execute-statement.js';
import { outcomeAccess } from './access.js';
import { visibleEntity } from './visible-entity.js';

interface Answered {
  readonly change: Change;
  /** How many statements of the command come from here on. */
  readonly fromEnd: number;
  readonly outcome: CommandOutcome;
  readonly warnings: readonly string[];
}

export interface RequestDependencies extends CheckDependencies {
  readonly env: Env;
  readonly log: CommandLog;
  readonly runner: CommandRunner;
  readonly statuses: CommandStatuses;
  readonly schemas: Schemas;
  readonly draft: () => Promise<Draft>;
  readonly inserts: InsertValuesExecutor;
  readonly services: StatementServices;
  readonly rules: RequestRules;
  readonly responseTimeoutMs: number;
  /** Statements a second that may change the catalog. */
  readonly commandsPerSecond: number;
}

type Change = Extract<CheckedStatement, { kind: 'change' }>;
const CONFLICT_TRIES = 5;

/**
 * A request, from text to answer: read it whole, check every statement against a draft of the catalog, log what changes it
 * as one command, wait until this server has applied it, answer. What is refused has changed nothing.
 */
export class RequestExecutor {
  private turn: Promise<unknown> = Promise.resolve();

  private readonly rate: CommandRate;

  constructor(private readonly dependencies: RequestDependencies) {
    this.rate = new CommandRate(dependencies.commandsPerSecond, dependencies.env.clock);
  }

  /** `isOwn`: the engine itself asks, and waits for no rate. */
  async execute(sql: string, session: Session, isOwn = false): Promise<readonly Entity[]> {
    await this.waitForSequence(session.commandSequenceNumber);
    const statements = readRequest(sql, session, this.dependencies.rules);
    const first = await this.check(statements);
    if (!first.some((each) => each.kind === 'change')) return this.run(first);
    // Requests that change the catalog take turns here, so that they rarely meet a conflict in the log.
    const changes = first.filter((each) => each.kind === 'change').length;
    const mine = this.turn.then(async () => {
      if (!isOwn) await this.rate.take(changes);
      const checked = await this.check(statements);
      await this.requireCompatibleSchemas(checked);
      return this.run(checked);
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Checks a request against the catalog as of now; fetches schemas that the checks ask for. */
  async check(statements: readonly RequestStatement[]): Promise<readonly CheckedStatement[]> {
    const { schemas } = this.dependencies;
    schemas.refresh();
    const constants = this.dependencies.newConstants();
    for (;;) {
      const draft = await this.dependencies.draft();
      try {
        return checkRequest(statements, draft, this.dependencies, constants);
      } catch (error) {
        if (await constants.load(error)) continue;
        if (!(error instanceof SchemaNotLoaded)) throw error;
        await schemas.load(error);
      }
    }
  }

  // The registry is asked before anything is logged: an incompatible schema refuses the request like any other error.
  private async requireCompatibleSchemas(checked: readonly CheckedStatement[]): Promise<void> {
    for (const each of checked) {
      if (each.kind !== 'change') continue;
      try {
        for (const subject of each.planned.subjects) await this.dependencies.schemas.requireCompatible(subject);
      } catch (error) {
        blame(error, each.from.text, each.from.span);
        throw error;
      }
    }
  }

  // Changes that stand together are one command; what stands between them runs in its turn.
  private async run(checked: readonly CheckedStatement[]): Promise<readonly Entity[]> {
    const entities: Entity[] = [];
    const size = new AnswerSize();
    for (let index = 0; index < checked.length; ) {
      const each = checked[index];
      if (each === undefined) break;
      if (each.kind === 'change') {
        const rest = checked.slice(index);
        const end = rest.findIndex((other) => other.kind !== 'change');
        const changes = (end < 0 ? rest : rest.slice(0, end)).filter((other): other is Change => other.kind === 'change');
        entities.push(...(await this.commit(changes)));
        index += changes.length;
      } else {
        const entity = await this.runOther(each);
        size.add(entity);
        if (entity !== null) entities.push(entity);
        index += 1;
      }
    }
    return entities;
  }

  private async runOther(each: Exclude<CheckedStatement, Change>): Promise<Entity | null> {
    const { inserts, services } = this.dependencies;
    try {
      switch (each.kind) {
        case 'warning':
          return { '@type': 'warning_entity', statementText: each.from.text, warnings: [], message: each.message };
        case 'insertValues':
          await inserts.insert(each.planned);
          return null;
        case 'other':
          return this.visible(await executeStatement(each.from, services), each.from);
      }
    } catch (error) {
      blame(error, each.from.text, each.from.span);
      throw error;
    }
  }

  private visible(entity: Entity | null, { guard }: RequestStatement): Entity | null {
    const { runner, services } = this.dependencies;
    return entity === null ? null : visibleEntity(entity, guard, { catalog: runner.catalog, pushQueries: services.pushQueries() });
  }

  private async commit(changes: readonly Change[]): Promise<readonly Entity[]> {
    let current = changes;
    for (let attempt = 0; attempt < CONFLICT_TRIES; attempt += 1) {
      const warnings = await this.warnings(current);
      const outcome = await this.submit(current);
      if (outcome.kind !== 'conflict') return current.map((change, index) => this.answer({ change, fromEnd: current.length - index, outcome, warnings: warnings.get(change.planned) ?? [] }));
      const again = await this.check(current.map((change) => change.from));
      current = again.filter((each): each is Change => each.kind === 'change');
    }
    throw new RequestError('CONFLICT', 'Other statements keep coming in between', { hint: 'Send the request again.' });
  }

  private warnings(changes: readonly Change[]): Promise<ReadonlyMap<PlannedChange, readonly string[]>> {
    const { services, settings } = this.dependencies;
    return startWarnings(services.broker, services.catalog(), changes.map((change) => change.planned), settings.text('auto.offset.reset'));
  }

  private async submit(changes: readonly Change[]): Promise<CommandOutcome> {
    const { runner, log, env, statuses } = this.dependencies;
    if (runner.degraded !== null) {
      throw new RequestError('NOT_READY', `Statements are not accepted: ${runner.degraded}`, { hint: 'Restore the command log, or start the version that wrote it.' });
    }
    const requestId = Buffer.from(env.random.bytes(12)).toString('hex');
    const applied = runner.outcome(requestId);
    for (const { commandId, planned, from } of changes) {
      const status = { status: 'QUEUED', message: 'Statement written to command topic', queryId: planned.queryId };
      statuses.begin(commandId, status, outcomeAccess(from.statement, runner.catalog));
    }
    const command = {
      version: 1 as const,
      checkedAt: runner.position,
      requestId,
      firstSequence: runner.nextSequence,
      changes: changes.map((change) => change.planned),
    };
    if (!(await log.append(command, changes[0]?.commandId ?? '', env.clock.now()))) {
      await this.waitForSequence(runner.nextSequence);
      return { kind: 'conflict' };
    }
    return applied;
  }

  private answer({ change, fromEnd, outcome, warnings }: Answered): Entity {
    const { runner, statuses } = this.dependencies;
    const failed = outcome.kind === 'failed';
    const message = failed ? (outcome.error instanceof Error ? outcome.error.message : String(outcome.error)) : change.planned.message;
    const status = { status: failed ? 'ERROR' : 'SUCCESS', message, queryId: change.planned.queryId } as const;
    statuses.end(change.commandId, status);
    return {
      '@type': 'currentStatus',
      statementText: change.planned.statementText,
      warnings: warnings.map((text) => ({ message: text })),
      commandId: change.commandId,
      commandStatus: status,
      commandSequenceNumber: runner.nextSequence - fromEnd,
    };
  }

  /** Waits until this server has applied statement `sequence` of the command log. */
  async waitForSequence(sequence: number | undefined): Promise<void> {
    if (sequence === undefined || sequence < 0) return;
    const { runner, env, responseTimeoutMs } = this.dependencies;
    if (runner.nextSequence > sequence) return;
    const ended = new AbortController();
    const timer = env.clock.sleep(responseTimeoutMs, ended.signal).then(() => ended.abort(), () => undefined);
    const reached = await runner.reached(sequence, ended.signal);
    ended.abort();
    await timer;
    if (!reached) {
      throw new RequestError('COMMAND_TIMEOUT', `Timed out while waiting for a previous command to execute. command sequence number: ${sequence}`);
    }
  }
}
