import { RequestError } from '../errors/index.js';
import type { PersistentPlan } from '../plan/index.js';
import type { MessageQueryOptions } from '../runtime/index.js';
import type { Settings } from './config/settings.js';

/** The topic of the processing log. */
export function processingLogTopic(settings: Settings): string {
  return settings.text('ksql.logging.processing.topic.name') ?? `${settings.text('ksql.service.id') ?? ''}ksql_processing_log`;
}

/** Prefix of consumer groups and internal topics of this service: `_confluent-ksql-<service id><prefix>`. */
export function applicationPrefix(settings: Settings, kind: 'persistent' | 'transient'): string {
  return `_confluent-ksql-${settings.text('ksql.service.id') ?? ''}${settings.text(`ksql.${kind}.prefix`) ?? ''}`;
}

const GUARANTEES: ReadonlyMap<string, 'exactly_once' | 'at_least_once'> = new Map([
  ['exactly_once_v2', 'exactly_once'],
  ['exactly_once', 'exactly_once'],
  ['exactly_once_beta', 'exactly_once'],
  ['at_least_once', 'at_least_once'],
]);

/** Throws for a `processing.guarantee` that nobody knows. */
export function processingGuarantee(settings: Settings): 'exactly_once' | 'at_least_once' {
  const text = settings.text('processing.guarantee') ?? '';
  const known = GUARANTEES.get(text);
  if (known !== undefined) return known;
  throw new RequestError('BAD_REQUEST', `processing.guarantee is "${text}", which is not known`, { hint: 'Write exactly_once_v2 or at_least_once.' });
}

/** Settings of one query for the runtime, from the server's settings under the query's own overrides. */
export function queryOptions(settings: Settings, properties: Readonly<Record<string, string>>, groupId: string): Partial<MessageQueryOptions> {
  const own = settings.withOverrides(new Map(Object.entries(properties)));
  const cacheBytes = own.number(own.isGiven('statestore.cache.max.bytes') ? 'statestore.cache.max.bytes' : 'cache.max.bytes.buffering');
  const log = own.flag('ksql.logging.processing.topic.auto.create')
    ? { topic: processingLogTopic(own), includeRows: own.flag('ksql.logging.processing.rows.include') }
    : null;
  const exchange = own.text('millrace.exchange');
  const spacing = own.text('millrace.commit.spacing');
  const backlog = own.text('millrace.store.backlog.bytes');
  return {
    groupId,
    caching: cacheBytes > 0,
    ...(cacheBytes > 0 ? { cacheBytes } : {}),
    guarantee: processingGuarantee(own),
    commitIntervalMs: own.number('commit.interval.ms'),
    maxTaskIdleMs: own.number('max.task.idle.ms'),
    retryBackoffInitialMs: own.number('ksql.query.retry.backoff.initial.ms'),
    retryBackoffMaxMs: own.number('ksql.query.retry.backoff.max.ms'),
    throwOnInvalidTimestamp: own.flag('ksql.timestamp.throw.on.invalid'),
    failOnDeserializationError: own.flag('ksql.fail.on.deserialization.error'),
    processingLog: log,
    ...(spacing === null ? {} : { commitSpacing: Number(spacing) }),
    ...(backlog === null ? {} : { storeBacklogBytes: Number(backlog) }),
    ...(exchange === 'memory' || exchange === 'topic' ? { exchange } : {}),
  };
}

/** Start position of a persistent query where it has no committed offset; null: streams at latest, tables at earliest. */
export function persistentOffsetReset(settings: Settings, plan: PersistentPlan): 'earliest' | 'latest' | null {
  const given = settings.withOverrides(new Map(Object.entries(plan.properties))).text('auto.offset.reset')?.toLowerCase();
  return given === 'earliest' || given === 'latest' ? given : null;
}
