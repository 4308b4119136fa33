import type { Broker } from '../broker/index.js';
import type { Catalog } from '../catalog/index.js';
import type { Env } from '../env/index.js';
import { RequestError, assertNever } from '../errors/index.js';
import type { Query } from '../parser/index.js';
import type { OutputColumn, PullPlan, StreamPullPlan, TransientPlan } from '../plan/index.js';
import { planQuery } from '../planner/index.js';
import type { PullParameters, ResumeOptions, RowStream } from '../runtime/index.js';
import type { TaskGroups } from './threads/task-groups.js';
import type { QueryResult, ResultColumn, Session } from './engine.js';
import { requireAccess, statementAccess, type Access, type AccessGuard } from './access.js';
import { blame } from './blame.js';
import { keyLookup, lookupKey, lookupType, type KeyLookup } from './key-lookup.js';
import type { CheckDependencies, Draft } from './plan-request.js';
import { plannerContext } from './plan-request.js';
import type { Peers } from './cluster/peers.js';
import { spreadPull } from './cluster/spread-pull.js';
import { throughHandover } from './cluster/through-handover.js';
import { CachedPull, PullCache } from './pull-cache.js';
import { MEGABYTE, PullLimits } from './pull-limits.js';
import { consistencyToken, continuationToken, knownAtLeast, resumeFrom } from './query-tokens.js';
import { queryOptions, applicationPrefix } from './query-options.js';
import { readRequest, type RequestRules, type RequestStatement } from './request.js';
import { isScalablePush } from './scalable-push.js';
import { SchemaNotLoaded, type Schemas } from './schemas.js';
import { sourcesOf, startNotices } from './start-notices.js';
import type { PushQuery } from './statements/services.js';

export interface QueryDependencies extends CheckDependencies {
  readonly env: Env;
  readonly broker: Broker;
  readonly group: TaskGroups;
  readonly schemas: Schemas;
  readonly rules: RequestRules;
  readonly catalog: () => Catalog;
  readonly draft: () => Promise<Draft>;
  /** How other servers of the service are asked. */
  readonly peers: Peers;
}

interface RunningPush extends PushQuery {
  stop(): void;
}

/** What a pull query was planned with. */
interface Planned {
  readonly catalog: Catalog;
  readonly access: readonly Access[];
}
interface Pushed {
  readonly plan: TransientPlan;
  readonly kind: 'push' | 'streamPull';
  readonly owner: string | null;
  readonly sources: readonly string[];
  readonly resume: ResumeOptions | null;
}

const CONSISTENCY_TOKENS = 'ksql.query.pull.consistency.token.enabled';
const CONTINUATION_TOKENS = 'ksql.query.push.v2.continuation.tokens.enabled';
const PULLS_KEPT = 1000;

/** Pull and push queries of clients: read, planned, started; known by id while they run. */
export class QueryRunner {
  private readonly running = new Map<string, RunningPush>();
  private readonly pulls = new PullCache(PULLS_KEPT);

  readonly pullLimits: PullLimits;

  constructor(private readonly dependencies: QueryDependencies) {
    const { settings, env } = dependencies;
    const concurrent = settings.number('ksql.query.pull.max.concurrent.requests');
    this.pullLimits = new PullLimits({
      perSecond: settings.number('ksql.query.pull.max.qps'),
      concurrent,
      waiting: Math.min(concurrent, settings.number('ksql.query.pull.coordinator.queue.capacity')),
      bytesPerHour: settings.number('ksql.query.pull.max.hourly.bandwidth.megabytes') * MEGABYTE,
      clock: env.clock,
    });
  }

  /** Push queries that run now. */
  list(): readonly PushQuery[] {
    return [...this.running.values()];
  }

  /** Ends a push query; false when there is none of that id. Throws RequestError for one of somebody else. */
  stop(queryId: string, guard: AccessGuard | null = null): boolean {
    const found = this.running.get(queryId) ?? this.running.get(queryId.toLowerCase());
    if (found !== undefined && guard !== null && guard.identity !== found.owner) guard.require({ operation: 'admin', on: 'server', name: null });
    found?.stop();
    return found !== undefined;
  }

  async start(sql: string, session: Session): Promise<QueryResult> {
    const lookup = keyLookup(sql);
    const known = this.known(sql, lookup, session);
    if (known !== null) return known;
    const [from, ...others] = readRequest(sql, session, this.dependencies.rules);
    if (from === undefined || others.length > 0) {
      throw new RequestError('BAD_REQUEST', `Expected exactly one KSQL statement; found ${from === undefined ? 0 : others.length + 1} instead`);
    }
    try {
      return await this.startStatement(from, sql, lookup, session);
    } catch (error) {
      blame(error, from.text, from.span);
      throw error;
    }
  }

  /** The answer of a pull query that was planned before: as it stands, or the same shape with another key. */
  private known(sql: string, lookup: KeyLookup | null, session: Session): Promise<QueryResult> | null {
    const catalog = this.dependencies.catalog();
    if (lookup !== null) {
      const shaped = this.pulls.get(cacheKey(lookup.shape, session), catalog);
      if (shaped !== null) requireAll(shaped.access, session);
      const key = shaped === null || shaped.keyType === null ? undefined : lookupKey(lookup.literal, shaped.keyType);
      if (shaped !== null && key !== undefined) return this.pull(shaped, { keys: [[key]] }, { sql, session });
    }
    const exact = this.pulls.get(cacheKey(sql, session), catalog);
    if (exact === null) return null;
    requireAll(exact.access, session);
    return this.pull(exact, {}, { sql, session });
  }

  private async startPull(plan: PullPlan, { catalog, access }: Planned, sql: string, lookup: KeyLookup | null, session: Session): Promise<QueryResult> {
    const { group } = this.dependencies;
    const keyType = lookup === null ? null : lookupType(plan, catalog);
    const key = lookup === null || keyType === null ? undefined : lookupKey(lookup.literal, keyType);
    if (lookup !== null && key !== undefined) {
      // The key is the whole condition here, so nothing is left to filter.
      const shaped = new CachedPull(catalog, plan, await group.preparePull({ ...plan, filter: null }), keyType, access);
      this.pulls.set(cacheKey(lookup.shape, session), shaped);
      return this.pull(shaped, { keys: [[key]] }, { sql, session });
    }
    const exact = new CachedPull(catalog, plan, await group.preparePull(plan), null, access);
    this.pulls.set(cacheKey(sql, session), exact);
    return this.pull(exact, {}, { sql, session });
  }

  private async startStatement(from: RequestStatement, sql: string, lookup: KeyLookup | null, session: Session): Promise<QueryResult> {
    if (from.statement.kind !== 'query') {
      throw new RequestError('NOT_A_QUERY', `Statement type ${from.statement.kind} not supported for this resource`, { hint: 'Send it to the statement endpoint.' });
    }
    const { plan, draft } = await this.plan(from, from.statement);
    const owner = from.guard?.identity ?? null;
    const sources = sourcesOf(from.statement.from);
    switch (plan.kind) {
      case 'pull':
        return this.startPull(plan, { catalog: draft.catalog, access: statementAccess(from.statement, draft.catalog) }, sql, lookup, session);
      case 'transient':
        return this.push(plan, { plan, kind: 'push', owner, sources, resume: this.resume(from, session) }, await startNotices(this.dependencies.broker, draft.catalog, plan));
      case 'streamPull':
        return this.push(plan, { plan: plan.plan, kind: 'streamPull', owner, sources, resume: null }, []);
      default:
        return assertNever(plan);
    }
  }

  async close(): Promise<void> {
    for (const query of this.running.values()) query.stop();
    this.pulls.clear();
    await Promise.resolve();
  }

  private async plan(from: RequestStatement, query: Query): Promise<{ readonly plan: PullPlan | TransientPlan | StreamPullPlan; readonly draft: Draft }> {
    this.dependencies.schemas.refresh();
    const constants = this.dependencies.newConstants();
    for (;;) {
      const draft = await this.dependencies.draft();
      requireAccess(from, draft.catalog);
      try {
        const plan = planQuery(query, from.text, this.transientId(query, from, draft), plannerContext(from, draft, this.dependencies, constants));
        return { plan, draft };
      } catch (error) {
        if (await constants.load(error)) continue;
        if (!(error instanceof SchemaNotLoaded)) throw error;
        await this.dependencies.schemas.load(error);
      }
    }
  }

  private async pull(cached: CachedPull, keys: PullParameters, asked: Asked): Promise<QueryResult> {
    this.dependencies.env.metrics.count('ksql_pull_offered_total', {});
    const { session } = asked;
    const parameters = this.tellsConsistency(session) ? this.withConsistency(keys, session) : keys;
    const unused = cached.use();
    try {
      const admitted = this.pullLimits.admit();
      if (admitted !== null) await admitted;
    } catch (error) {
      unused();
      throw error;
    }
    const leave = (): void => {
      this.pullLimits.leave();
      unused();
    };
    return pullResult(cached, () => this.rowsOf(cached, parameters, asked), { queryId: this.nextPullId(), leave, sent: (bytes) => this.pullLimits.sent(bytes) });
  }

  private rowsOf(cached: CachedPull, parameters: PullParameters, asked: Asked): RowStream {
    const { broker, env, settings } = this.dependencies;
    if (broker.singleMember) return cached.pull.execute(parameters);
    const { share } = asked.session;
    // The server that asks knows who else may have what it wants: it waits, this one says at once what it has not.
    if (share !== undefined) return this.shareOf(cached, parameters, share);
    const timeoutMs = settings.number('ksql.query.pull.forwarding.timeout.ms');
    return throughHandover({ attempt: () => this.spreadRows(cached, parameters, asked, timeoutMs), clock: env.clock, timeoutMs });
  }

  private shareOf({ plan, pull }: CachedPull, parameters: PullParameters, { queryId, partitions }: NonNullable<Session['share']>): RowStream {
    if (queryId === plan.queryId) return pull.execute({ ...parameters, partitions });
    throw new RequestError('NOT_READY', `The table is kept by ${plan.queryId} here and by ${queryId} elsewhere`, { hint: 'Try again when all servers have applied the last commands.' });
  }

  /** Rows of every task, by who has them now. */
  private async spreadRows(cached: CachedPull, parameters: PullParameters, { sql, session }: Asked, timeoutMs: number): Promise<RowStream> {
    const { peers, env, group } = this.dependencies;
    const { queryId } = cached.plan;
    const spread = await group.spread(queryId);
    if (spread === null) throw new RequestError('NOT_READY', `The tasks of query ${queryId} are being handed out to the servers anew`, { hint: 'Try again in a moment.' });
    if (spread.others.length === 0) return cached.pull.execute({ ...parameters, partitions: spread.own });
    return spreadPull({
      cached, parameters, spread, peers, timeoutMs,
      request: { sql, properties: session.properties ?? {}, variables: session.variables ?? {} },
      credentials: session.credentials ?? null,
      clock: env.clock,
    });
  }

  private tellsConsistency({ properties, requestProperties }: Session): boolean {
    if (isEmpty(requestProperties) && isEmpty(properties)) return this.dependencies.settings.flag(CONSISTENCY_TOKENS);
    return this.dependencies.settings.withOverrides(new Map(Object.entries(properties ?? {}).map(([name, value]) => [name, String(value)]))).flag(CONSISTENCY_TOKENS);
  }

  private withConsistency(keys: PullParameters, session: Session): PullParameters {
    const positions = knownAtLeast(session);
    const waitMs = this.dependencies.settings.number('ksql.query.pull.forwarding.timeout.ms');
    return { ...keys, tellsReached: true, ...(positions === null ? {} : { atLeast: { positions, waitMs } }) };
  }

  private async push(source: TransientPlan | StreamPullPlan, { plan, kind, owner, sources, resume }: Pushed, notices: readonly string[]): Promise<QueryResult> {
    const { settings, group, env } = this.dependencies;
    const limit = settings.number('ksql.max.push.queries');
    if (this.running.size >= limit) throw new RequestError('PUSH_QUERY_LIMIT', `Maximum number of push queries exceeded (${limit})`, { hint: 'End one of them first.' });
    const groupId = `${applicationPrefix(settings, 'transient')}${plan.queryId}_${env.clock.now()}`;
    const stream = group.push(source, { ...(resume === null ? {} : { resume }), options: { ...queryOptions(settings, plan.properties, groupId), offsetReset: plan.offsetReset } });
    let terminated = false;
    const stop = (): void => {
      terminated = true;
      this.running.delete(plan.queryId);
      stream.cancel();
    };
    this.running.set(plan.queryId, { queryId: plan.queryId, text: plan.statementText, startedMs: env.clock.now(), owner, sources, stop });
    const done = (): void => void this.running.delete(plan.queryId);
    stream.whenTaken(done);
    try {
      await stream.started;
    } catch (error) {
      done();
      throw error;
    }
    return {
      kind,
      queryId: plan.queryId,
      columns: columnsOf(plan.output),
      rows: stream,
      notices,
      continuationToken: () => (stream.positions === null ? null : continuationToken(resume?.from ?? null, stream.positions)),
      consistencyToken: () => null,
      sent: () => undefined,
      outcome: () => (stream.endReason === 'limit' ? 'limit' : stream.endReason === 'complete' ? 'completed' : terminated || stream.endReason !== null ? 'terminated' : null),
      close: () => Promise.resolve(stop()),
    };
  }

  private resume(from: RequestStatement, session: Session): ResumeOptions | null {
    const position = resumeFrom(session);
    const tellsPositions = this.dependencies.settings.withOverrides(from.overrides).flag(CONTINUATION_TOKENS);
    return position === null && !tellsPositions ? null : { from: position, tellsPositions };
  }

  private transientId(query: Query, from: RequestStatement, draft: Draft): string {
    const id = Buffer.from(this.dependencies.env.random.bytes(8)).readBigUInt64BE() >> 1n;
    const settings = this.dependencies.settings.withOverrides(from.overrides);
    return isScalablePush(query, draft.catalog, settings) ? `SCALABLE_PUSH_QUERY_${id}` : `transient_${sourcesOf(query.from).join('_')}_${id}`;
  }

  private nextPullId(): string {
    return `query_${this.dependencies.env.clock.now()}`;
  }
}

// A plan is shared by its readers; the right to read is each one's own.
function requireAll(access: readonly Access[], { guard }: Session): void {
  for (const each of access) guard?.require(each);
}

// What a session sets may change the plan. Most set nothing, and a text alone is never the JSON of an array.
function cacheKey(sql: string, { properties, variables }: Session): string {
  return isEmpty(properties) && isEmpty(variables) ? sql : JSON.stringify([sql, properties ?? null, variables ?? null]);
}

function isEmpty(object: object | undefined): boolean {
  for (const _ in object) return false;
  return true;
}

function columnsOf(output: readonly OutputColumn[]): readonly ResultColumn[] {
  return output.map(({ column, isKey }) => ({ name: column.name, type: column.type, isKey }));
}

/** A pull query as it came. */
interface Asked {
  readonly sql: string;
  readonly session: Session;
}

interface PullPlace {
  readonly queryId: string;
  readonly leave: () => void;
  readonly sent: (bytes: number) => void;
}

function pullResult({ columns }: CachedPull, execute: () => RowStream, { queryId, leave, sent }: PullPlace): QueryResult {
  let stream: RowStream;
  try {
    stream = execute();
  } catch (error) {
    leave();
    throw error;
  }
  stream.whenTaken(leave);
  return {
    kind: 'pull',
    queryId,
    columns,
    rows: stream,
    notices: [],
    continuationToken: () => null,
    consistencyToken: () => (stream.reached === null ? null : consistencyToken(stream.reached)),
    sent,
    outcome: () => (stream.endReason === null ? null : 'completed'),
    close: () => {
      stream.cancel();
      return Promise.resolve();
    },
  };
}
