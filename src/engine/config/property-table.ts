import { isSecretName } from '../../parser/index.js';

/**
 * Every setting by ksqlDB's name: default, kind of value, whether a request may set it (`editable`), and whether it makes
 * sense per query. Names of the stream runtime stand here without their `ksql.streams.` prefix.
 */
export type PropertyKind = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'list' | 'password';

export interface PropertyDefinition {
  readonly name: string;
  readonly kind: PropertyKind;
  /** null: no default. */
  readonly default: string | null;
  /** `streams`: belongs behind the prefix `ksql.streams.`. */
  readonly scope: 'ksql' | 'streams';
  readonly level: 'QUERY' | 'SERVER';
  /** May be given with SET or in a request's properties. */
  readonly settable: boolean;
}

type Row = readonly [name: string, kind: PropertyKind, fallback: string | null, flags?: string];

const MAX_INT = '2147483647';
const HIDDEN = '_confluent.*,__confluent.*,_schemas,__consumer_offsets,__transaction_state,connect-configs,connect-offsets,connect-status,connect-statuses';

// Flags: q = query level; n = never settable by a request.
const KSQL: readonly Row[] = [
  ['ksql.service.id', 'string', 'default_', 'n'],
  ['ksql.persistent.prefix', 'string', 'query_'],
  ['ksql.transient.prefix', 'string', 'transient_'],
  ['ksql.output.topic.name.prefix', 'string', ''],
  ['ksql.extension.dir', 'string', 'ext', 'n'],
  ['ksql.udfs.enabled', 'boolean', 'true'],
  ['ksql.udf.collect.metrics', 'boolean', 'false'],
  ['ksql.functions.collect_list.limit', 'int', MAX_INT],
  ['ksql.functions.collect_set.limit', 'int', MAX_INT],
  ['ksql.persistence.default.format.key', 'string', 'KAFKA'],
  ['ksql.persistence.default.format.value', 'string', null],
  ['ksql.persistence.wrap.single.values', 'boolean', null],
  ['ksql.cast.strings.preserve.nulls', 'boolean', 'true', 'q'],
  ['ksql.nested.error.set.null', 'boolean', 'true', 'q'],
  ['ksql.timestamp.throw.on.invalid', 'boolean', 'false', 'q'],
  ['ksql.fail.on.deserialization.error', 'boolean', 'false', 'q'],
  ['ksql.fail.on.production.error', 'boolean', 'true'],
  ['ksql.insert.into.values.enabled', 'boolean', 'true'],
  ['ksql.create.or.replace.enabled', 'boolean', 'true'],
  ['ksql.variable.substitution.enable', 'boolean', 'true'],
  ['ksql.lambdas.enabled', 'boolean', 'true'],
  ['ksql.headers.columns.enabled', 'boolean', 'true', 'n'],
  ['ksql.suppress.enabled', 'boolean', 'true'],
  ['ksql.suppress.buffer.size.bytes', 'long', '-1'],
  ['ksql.source.table.materialization.enabled', 'boolean', 'true', 'n'],
  ['ksql.sink.window.change.log.additional.retention', 'long', '1000000'],
  ['ksql.query.persistent.active.limit', 'int', MAX_INT, 'n'],
  ['ksql.query.persistent.max.bytes.buffering.total', 'long', '-1'],
  ['ksql.query.transient.max.bytes.buffering.total', 'long', '-1'],
  ['ksql.query.retry.backoff.initial.ms', 'long', '15000'],
  ['ksql.query.retry.backoff.max.ms', 'long', '900000', 'q'],
  ['ksql.query.error.max.queue.size', 'int', '10'],
  ['ksql.query.status.running.threshold.seconds', 'int', '300'],
  ['ksql.query.cleanup.shutdown.timeout.ms', 'long', '30000'],
  ['ksql.transient.query.cleanup.service.enable', 'boolean', 'true'],
  ['ksql.transient.query.cleanup.service.initial.delay.seconds', 'int', '600'],
  ['ksql.transient.query.cleanup.service.period.seconds', 'int', '600'],
  ['ksql.streams.shutdown.timeout.ms', 'long', '300000'],
  ['ksql.pull.queries.enable', 'boolean', 'true', 'n'],
  ['ksql.query.pull.table.scan.enabled', 'boolean', 'true', 'q'],
  ['ksql.query.pull.range.scan.enabled', 'boolean', 'true'],
  ['ksql.query.pull.limit.clause.enabled', 'boolean', 'true'],
  ['ksql.query.pull.stream.enabled', 'boolean', 'true'],
  ['ksql.query.pull.interpreter.enabled', 'boolean', 'true'],
  ['ksql.query.pull.enable.standby.reads', 'boolean', 'false'],
  ['ksql.query.pull.max.allowed.offset.lag', 'long', '9223372036854775807', 'q'],
  ['ksql.query.pull.max.qps', 'int', MAX_INT],
  ['ksql.query.pull.max.concurrent.requests', 'int', MAX_INT],
  ['ksql.query.pull.max.hourly.bandwidth.megabytes', 'int', MAX_INT],
  ['ksql.query.pull.thread.pool.size', 'int', '50'],
  ['ksql.query.pull.router.thread.pool.size', 'int', '50'],
  ['ksql.query.pull.coordinator.queue.capacity', 'int', MAX_INT],
  ['ksql.query.pull.router.queue.capacity', 'int', MAX_INT],
  ['ksql.query.pull.forwarding.timeout.ms', 'long', '20000'],
  ['ksql.query.pull.metrics.enabled', 'boolean', 'true'],
  ['ksql.query.pull.cancel.on.disconnect.enabled', 'boolean', 'false'],
  ['ksql.query.pull.consistency.token.enabled', 'boolean', 'false', 'q'],
  ['ksql.query.push.v2.enabled', 'boolean', 'false', 'q'],
  ['ksql.query.push.v2.registry.installed', 'boolean', 'false'],
  ['ksql.query.push.v2.alos.enabled', 'boolean', 'true'],
  ['ksql.query.push.v2.continuation.tokens.enabled', 'boolean', 'false', 'q'],
  ['ksql.query.push.v2.interpreter.enabled', 'boolean', 'true'],
  ['ksql.query.push.v2.metrics.enabled', 'boolean', 'true'],
  ['ksql.query.push.v2.new.latest.delay.ms', 'long', '5000'],
  ['ksql.query.push.v2.latest.reset.age.ms', 'long', '30000'],
  ['ksql.query.push.v2.max.catchup.consumers', 'int', '5'],
  ['ksql.query.push.v2.catchup.consumer.msg.window', 'int', '50'],
  ['ksql.query.push.v2.max.hourly.bandwidth.megabytes', 'int', MAX_INT],
  ['ksql.assert.topic.default.timeout.ms', 'int', '1000'],
  ['ksql.assert.schema.default.timeout.ms', 'int', '1000'],
  ['ksql.schema.registry.url', 'string', '', 'n'],
  ['ksql.schema.registry.basic.auth.user.info', 'password', null, 'n'],
  ['ksql.json_sr.converter.deserializer.enabled', 'boolean', 'true'],
  ['ksql.connect.url', 'string', 'http://localhost:8083', 'n'],
  ['ksql.connect.worker.config', 'string', '', 'n'],
  ['ksql.connect.request.timeout.ms', 'long', '5000'],
  ['ksql.connect.basic.auth.credentials.source', 'string', 'NONE', 'n'],
  ['ksql.connect.basic.auth.credentials.file', 'string', '', 'n'],
  ['ksql.internal.topic.replicas', 'int', '1'],
  ['ksql.internal.topic.min.insync.replicas', 'int', '1'],
  ['ksql.create.topic.inherit.source.replicas.enabled', 'boolean', 'true'],
  ['ksql.hidden.topics', 'list', HIDDEN, 'n'],
  ['ksql.readonly.topics', 'list', HIDDEN, 'n'],
  ['ksql.access.validator.enable', 'string', 'auto'],
  ['ksql.metastore.backup.location', 'string', '', 'n'],
  ['ksql.metrics.tags.custom', 'string', ''],
  ['ksql.queryanonymizer.logs_enabled', 'boolean', 'true'],
  ['ksql.endpoint.migrate.query', 'boolean', 'true'],
  ['ksql.websocket.connection.max.timeout.ms', 'long', '3600000'],
  ['ksql.admin.request.retry.timeout.ms', 'int', '2500'],
  ['ksql.fetch.remote.hosts.max.timeout.seconds', 'long', '10'],
  ['ksql.runtime.feature.shared.enabled', 'boolean', 'false'],
  ['ksql.shared.runtimes.count', 'int', '2'],
  ['ksql.new.query.planner.enabled', 'boolean', 'false'],
  ['ksql.properties.overrides.denylist', 'list', '', 'n'],
  ['ksql.properties.overrides.allowlist', 'list', '', 'n'],
  ['ksql.properties.overrides.validation.mode', 'string', 'denylist', 'n'],
  ['ksql.deployment.type', 'string', 'selfManaged', 'n'],
  ['ksql.logging.processing.topic.auto.create', 'boolean', 'true', 'n'],
  ['ksql.logging.processing.topic.name', 'string', null, 'n'],
  ['ksql.logging.processing.topic.partitions', 'int', '1', 'n'],
  ['ksql.logging.processing.topic.replication.factor', 'int', '1', 'n'],
  ['ksql.logging.processing.stream.auto.create', 'boolean', 'false', 'n'],
  ['ksql.logging.processing.stream.name', 'string', 'KSQL_PROCESSING_LOG', 'n'],
  ['ksql.logging.processing.rows.include', 'boolean', 'false', 'n'],
  ['ksql.queries.file', 'string', null, 'n'],
  ['ksql.advertised.listener', 'string', null, 'n'],
  ['ksql.internal.listener', 'string', null, 'n'],
  ['ksql.server.command.response.timeout.ms', 'long', '5000', 'n'],
  ['ksql.server.command.blocked.threshold.error.ms', 'long', '15000', 'n'],
  ['ksql.server.command.topic.rate.limit', 'double', '1.7976931348623157E308', 'n'],
  ['ksql.max.push.queries', 'int', '100', 'n'],
  ['ksql.idle.connection.timeout.seconds', 'int', '86400', 'n'],
  ['ksql.healthcheck.interval.ms', 'long', '5000', 'n'],
  ['ksql.heartbeat.enable', 'boolean', 'false', 'n'],
  ['ksql.lag.reporting.enable', 'boolean', 'false', 'n'],
];

const SERVER: readonly Row[] = [
  ['listeners', 'list', 'http://127.0.0.1:8088', 'n'],
  ['authentication.method', 'string', 'NONE', 'n'],
  ['authentication.realm', 'string', '', 'n'],
  ['authentication.roles', 'list', '*', 'n'],
  ['authentication.skip.paths', 'list', '', 'n'],
  ['access.control.allow.origin', 'string', '', 'n'],
  ['access.control.allow.methods', 'list', '', 'n'],
  ['access.control.allow.headers', 'list', '', 'n'],
  ['response.http.headers.config', 'string', '', 'n'],
  ['query.stream.disconnect.check', 'long', '1000', 'n'],
  ['ssl.keystore.location', 'string', '', 'n'],
  ['ssl.keystore.password', 'password', null, 'n'],
  ['ssl.keystore.type', 'string', 'JKS', 'n'],
  ['ssl.key.password', 'password', null, 'n'],
  ['ssl.truststore.location', 'string', '', 'n'],
  ['ssl.truststore.password', 'password', null, 'n'],
  ['ssl.truststore.type', 'string', 'JKS', 'n'],
  ['ssl.client.authentication', 'string', 'NONE', 'n'],
  ['ssl.client.auth', 'boolean', 'false', 'n'],
  ['ssl.keystore.key', 'password', null, 'n'],
  ['ssl.keystore.certificate.chain', 'string', null, 'n'],
  ['ssl.truststore.certificates', 'string', null, 'n'],
  ['ssl.enabled.protocols', 'list', 'TLSv1.2,TLSv1.3', 'n'],
  ['ssl.cipher.suites', 'list', '', 'n'],
  ['ksql.server.sni.check.enable', 'boolean', 'false', 'n'],
];

// Settings that ksqlDB does not have.
const OWN: readonly Row[] = [
  ['millrace.state.engine', 'string', 'level', 'n'],
  ['millrace.exchange', 'string', 'auto', 'n'],
  ['millrace.commit.spacing', 'double', null, 'n'],
  ['millrace.store.backlog.bytes', 'long', null, 'n'],
  ['millrace.time.zone', 'string', 'UTC', 'n'],
  ['millrace.bytes.positions', 'boolean', 'false', 'n'],
  ['millrace.disk.limit.bytes', 'long', null, 'n'],
  ['millrace.functions.threads', 'boolean', 'true', 'n'],
  ['millrace.functions.timeout.ms', 'long', '5000', 'n'],
  ['millrace.functions.memory.mb', 'int', '512', 'n'],
  ['millrace.authentication.users.file', 'string', null, 'n'],
  ['millrace.authentication.keys.file', 'string', null, 'n'],
  ['millrace.authentication.jwt.jwks', 'string', null, 'n'],
  ['millrace.authentication.jwt.issuer', 'string', null, 'n'],
  ['millrace.authentication.jwt.audience', 'string', null, 'n'],
  ['millrace.authentication.jwt.roles.claim', 'string', 'roles', 'n'],
  ['millrace.authentication.jwt.name.claim', 'string', 'sub', 'n'],
  ['millrace.authorization.rules.file', 'string', null, 'n'],
  ['millrace.server.allowed.hosts', 'list', '', 'n'],
  ['millrace.server.rate.per.address', 'int', null, 'n'],
  ['millrace.server.rate.per.identity', 'int', null, 'n'],
  ['millrace.server.headers.timeout.ms', 'int', '15000', 'n'],
  ['millrace.server.request.timeout.ms', 'int', '120000', 'n'],
  ['millrace.server.max.header.bytes', 'int', '32768', 'n'],
  ['millrace.server.max.body.bytes', 'int', '8388608', 'n'],
  ['millrace.server.max.row.bytes', 'int', '1048576', 'n'],
  ['millrace.server.max.statement.chars', 'int', '1000000', 'n'],
  ['millrace.server.max.connections', 'int', '10000', 'n'],
  ['millrace.server.max.streams.per.connection', 'int', '1000', 'n'],
  ['millrace.server.max.concurrent.requests', 'int', '10000', 'n'],
];

const STREAMS: readonly Row[] = [
  ['bootstrap.servers', 'list', null, 'n'],
  ['auto.offset.reset', 'string', null, 'q'],
  ['num.stream.threads', 'int', '4'],
  ['commit.interval.ms', 'long', '2000', 'q'],
  ['cache.max.bytes.buffering', 'long', '10000000', 'q'],
  ['statestore.cache.max.bytes', 'long', null, 'q'],
  ['processing.guarantee', 'string', 'exactly_once_v2'],
  ['topology.optimization', 'string', 'all'],
  ['max.task.idle.ms', 'long', '0', 'q'],
  ['buffered.records.per.partition', 'int', '1000', 'q'],
  ['task.timeout.ms', 'long', '300000', 'q'],
  ['num.standby.replicas', 'int', '0'],
  ['replication.factor', 'int', '-1'],
  ['state.dir', 'string', './millrace-data', 'n'],
  ['acceptable.recovery.lag', 'long', '10000'],
  ['max.warmup.replicas', 'int', '2'],
  ['poll.ms', 'long', '100'],
  ['probing.rebalance.interval.ms', 'long', '600000'],
  ['window.size.ms', 'long', null],
  ['client.id', 'string', ''],
  ['retries', 'int', '0'],
  ['default.timestamp.extractor', 'string', null],
  ['default.deserialization.exception.handler', 'string', null],
  ['default.production.exception.handler', 'string', null],
  ['default.key.serde', 'string', null],
  ['default.value.serde', 'string', null],
  ['max.poll.records', 'int', '1000'],
  ['max.poll.interval.ms', 'int', '300000'],
  ['session.timeout.ms', 'int', '45000'],
  ['heartbeat.interval.ms', 'int', '3000'],
  ['fetch.min.bytes', 'int', '1'],
  ['fetch.max.bytes', 'int', '52428800'],
  ['fetch.max.wait.ms', 'int', '500'],
  ['metadata.max.age.ms', 'long', '300000'],
  ['max.partition.fetch.bytes', 'int', '1048576'],
  ['isolation.level', 'string', 'read_uncommitted'],
  ['batch.size', 'int', '16384'],
  ['linger.ms', 'long', '100'],
  ['delivery.timeout.ms', 'int', '120000'],
  ['max.request.size', 'int', '1048576'],
  ['max.block.ms', 'long', '60000'],
  ['buffer.memory', 'long', '33554432'],
  ['compression.type', 'string', 'none'],
  ['acks', 'string', 'all'],
  ['request.timeout.ms', 'int', '30000'],
  ['security.protocol', 'string', 'PLAINTEXT', 'n'],
  ['sasl.mechanism', 'string', 'GSSAPI', 'n'],
  ['sasl.jaas.config', 'password', null, 'n'],
  ['group.instance.id', 'string', null, 'n'],
];

function definition([name, kind, fallback, flags = '']: Row, scope: 'ksql' | 'streams'): PropertyDefinition {
  return { name, kind, default: fallback, scope, level: flags.includes('q') ? 'QUERY' : 'SERVER', settable: !flags.includes('n') };
}

/** All known settings, by name. */
export const PROPERTIES: ReadonlyMap<string, PropertyDefinition> = new Map(
  [
    ...KSQL.map((row) => definition(row, 'ksql')),
    ...SERVER.map((row) => definition(row, 'ksql')),
    ...OWN.map((row) => definition(row, 'ksql')),
    ...STREAMS.map((row) => definition(row, 'streams')),
  ].map((each) => [each.name, each]),
);

export const STREAMS_PREFIX = 'ksql.streams.';
const CLIENT_PREFIXES = ['consumer.', 'producer.', 'admin.', 'main.consumer.', 'restore.consumer.', 'topic.'];
/** Families whose members are not listed one by one. */
const OPEN_FAMILIES = ['ksql.functions.', 'ksql.schema.registry.', 'ksql.connect.', 'ksql.error.classifier.', 'ksql.server.', 'ksql.metrics.', 'ssl.', 'sasl.', 'ksql.internal.', 'ksql.security.', 'ksql.authorization.', 'ksql.authentication.'];

/** Names of ksqlDB's server that change nothing here and belong to no family: taken, so that its files are. */
const NAMES_WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'ksql.heartbeat.send.interval.ms', 'ksql.heartbeat.check.interval.ms', 'ksql.heartbeat.window.ms', 'ksql.heartbeat.missed.threshold.ms', 'ksql.heartbeat.discover.interval.ms',
  'ksql.heartbeat.thread.pool.size', 'ksql.lag.reporting.send.interval.ms', 'ksql.verticle.instances', 'ksql.worker.pool.size', 'ksql.local.commands.location', 'ksql.resource.extension.class',
  'ksql.endpoint.logging.log.queries', 'ksql.endpoint.logging.ignored.paths.regex', 'ksql.logging.server.rate.limited.response.codes', 'ksql.logging.server.rate.limited.request.paths',
  'ksql.kafka.client.additional.config.prefixes', 'ksql.ssl.keystore.alias.external', 'ksql.ssl.keystore.alias.internal', 'listeners.proxy.protocol',
]);

/** The name without the runtime's prefix; other names unchanged. */
export function canonicalName(name: string): string {
  if (!name.startsWith(STREAMS_PREFIX)) return name;
  const rest = name.slice(STREAMS_PREFIX.length);
  return rest === 'shutdown.timeout.ms' ? name : rest;
}

/** The definition of a name in any of its spellings, or null when it is not known. */
export function findProperty(name: string): PropertyDefinition | null {
  const canonical = canonicalName(name);
  const known = PROPERTIES.get(canonical);
  if (known !== undefined) return known;
  const prefix = CLIENT_PREFIXES.find((each) => canonical.startsWith(each));
  const inner = prefix === undefined ? undefined : PROPERTIES.get(canonical.slice(prefix.length));
  if (inner !== undefined && inner.scope === 'streams') return { ...inner, name: canonical };
  if (/^__[a-z]+\.[a-z._]+__$/.test(canonical)) return { name: canonical, kind: 'string', default: null, scope: 'streams', level: 'QUERY', settable: true };
  if (NAMES_WITHOUT_EFFECT.has(canonical)) return { name: canonical, kind: 'string', default: null, scope: 'ksql', level: 'SERVER', settable: false };
  const family = OPEN_FAMILIES.find((each) => canonical.startsWith(each));
  if (family === undefined) return null;
  const settable = family === 'ksql.functions.' || family === 'ksql.metrics.';
  return { name: canonical, kind: isSecretName(canonical) ? 'password' : 'string', default: null, scope: 'ksql', level: 'SERVER', settable };
}
